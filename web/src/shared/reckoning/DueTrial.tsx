/** What would be due: a start and a target, and the server's reckoning of them by a calendar, published or not. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import { useFormat } from "@/shared/format/useFormat";
import { instantOf, wallClockOf } from "@/shared/form/wallClock";
import { DurationBlank } from "@/shared/sentence/DurationBlank";
import { Sentence } from "@/shared/sentence/Sentence";
import { serverNow } from "@/shared/tick";
import { ErrorState, Skeleton } from "@/shared/ui/States";
import { reckonAhead } from "./model";
import { Reckoning } from "./Reckoning";
import styles from "./Reckoning.module.css";

interface DueTrialProps {
  /** A calendar by its key, or the body of one that is being written. */
  by: { calendar: string } | { body: Record<string, unknown> };
  /** Where it is said elsewhere; else it is asked for. */
  target?: string;
}

export function DueTrial({ by, target }: DueTrialProps) {
  const { t } = useTranslation();
  const { zone } = useFormat();
  const id = useId();
  const [start, setStart] = useState(() => wallClockOf(serverNow(), zone).slice(0, 16));
  const [own, setOwn] = useState("30m");
  const asked = start
    ? { ...by, start: instantOf(`${start}:00`, zone), target: target ?? own }
    : null;
  const told = useQuery({
    queryKey: ["calendars", "reckon", asked],
    queryFn: ({ signal }) => reckonAhead(asked!, signal),
    enabled: asked !== null && asked.target !== "",
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
    <section className={styles.try} aria-labelledby={id}>
      <h4 id={id}>{t("reckoning.try")}</h4>
      <Sentence
        words={t(target === undefined ? "reckoning.says_try" : "reckoning.says_try_start")}
        blanks={{
          start: (
            <input
              type="datetime-local"
              aria-label={t("reckoning.start")}
              value={start}
              onChange={(event) => setStart(event.target.value)}
            />
          ),
          target: <DurationBlank label={t("reckoning.target")} value={own} onChange={setOwn} />,
        }}
      />
      {told.error instanceof ApiError && told.error.status === 422 ? (
        // What is wrong stands at its place in the form; here it only says why there is no answer.
        <p className={styles.lead}>{t("reckoning.try_wait")}</p>
      ) : told.isError ? (
        <ErrorState error={told.error} onRetry={() => void told.refetch()} />
      ) : told.data ? (
        <Reckoning reckoned={told.data} dueAt={told.data.due_at} />
      ) : told.isLoading ? (
        <Skeleton lines={4} />
      ) : (
        <p className={styles.lead}>{t("reckoning.try_wait")}</p>
      )}
    </section>
  );
}
