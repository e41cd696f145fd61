/** Asks the policies again for many records: what waits, what a person holds, or what meets a condition. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, Download, TriangleAlert } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import { useObject, usePipeline } from "@/shared/api/queries";
import { isOver, jobQuery, type Job } from "@/shared/api/transfer";
import type { Ref } from "@/shared/api/types";
import { ExpressionField } from "@/shared/expression/ExpressionField";
import { useFormat } from "@/shared/format/useFormat";
import { newKey } from "@/shared/keys";
import { ChoiceBlank, NumberBlank } from "@/shared/sentence/blanks";
import { Sentence } from "@/shared/sentence/Sentence";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import { useErrorText } from "@/shared/ui/States";
import { TextField } from "@/shared/ui/TextField";
import { countQuery, dealAgain, waitingQuery, type Dealt, type Which } from "./api";
import { filterOf } from "./held";
import styles from "./Watch.module.css";

type Way = "waiting" | "person" | "formula";

interface DealAgainProps {
  object: string;
  /** Whose records may be dealt again; none where it is about what waits only. */
  people: Ref[];
  onClose: () => void;
}

function useRefresh(object: string): () => void {
  const client = useQueryClient();
  return () => {
    for (const key of ["assignment", "records", "views", "board"]) {
      void client.invalidateQueries({ queryKey: key === "board" ? [key] : [key, object] });
    }
  };
}

function Outcome({ done, failed, url }: { done: number; failed: number; url?: string | null }) {
  const { t } = useTranslation();
  return (
    <div className={styles.outcome} role="status">
      <p>
        <CircleCheck size={16} className={styles.well} aria-hidden />
        {t("watch.dealt", { done })}
      </p>
      {failed > 0 && (
        <p>
          <TriangleAlert size={16} className={styles.wrong} aria-hidden />
          {t("watch.not_dealt", { failed })}
        </p>
      )}
      {url && (
        <a href={url} download>
          <Download size={15} aria-hidden />
          {t("watch.failed_file")}
        </a>
      )}
    </div>
  );
}

function Progress({ object, started }: { object: string; started: Job }) {
  const { t } = useTranslation();
  const { data: job = started } = useQuery({ ...jobQuery(started.id), initialData: started });
  const refresh = useEffectEvent(useRefresh(object));
  const over = isOver(job);
  useEffect(() => {
    if (over) refresh();
  }, [over]);
  if (over) {
    return (
      <>
        {job.state === "failed" && <p className={styles.error}>{t("watch.stopped")}</p>}
        <Outcome
          done={job.progress - job.error_count}
          failed={job.error_count}
          url={job.errors_url}
        />
      </>
    );
  }
  const text = t("watch.dealing", { done: job.progress, total: job.total ?? t("state.none") });
  return (
    <div role="status">
      <p>{text}</p>
      <progress aria-label={text} value={job.progress} max={job.total ?? undefined} />
      <p className={styles.hint}>{t("watch.leave_hint")}</p>
    </div>
  );
}

/** Which records are meant, and how many they are. */
function useWhich({ object, people }: DealAgainProps) {
  const waiting = useQuery(waitingQuery(object));
  const pipeline = usePipeline(useObject(object));
  const ids = (waiting.data?.items ?? []).map(({ id }) => id);
  const [way, setWay] = useState<Way>(people.length > 0 ? "person" : "waiting");
  const [person, setPerson] = useState(people[0]?.id ?? "");
  const [days, setDays] = useState<number | null>(7);
  const [formula, setFormula] = useState("");
  const filter = way === "formula" ? formula.trim() : filterOf(person, days, pipeline);
  const asks = way !== "waiting" && filter !== "";
  const counted = useQuery({ ...countQuery(object, filter), enabled: asks });
  const which: Which = way === "waiting" ? { ids } : { filter };
  return {
    ...{ way, setWay, person, setPerson, days, setDays, formula, setFormula },
    which,
    count: way === "waiting" ? ids.length : asks ? counted.data?.total : 0,
    waiting: ids.length,
    wrong: asks && counted.error instanceof ApiError ? counted.error : undefined,
  };
}

function Choice({
  object,
  people,
  asked,
}: DealAgainProps & { asked: ReturnType<typeof useWhich> }) {
  const { t } = useTranslation();
  const { way, setWay, waiting, wrong } = asked;
  const ways: { key: Way; label: string }[] = [
    { key: "waiting", label: t("watch.which_waiting", { count: waiting }) },
    { key: "person", label: t("watch.which_person") },
    { key: "formula", label: t("watch.which_formula") },
  ];
  return (
    <>
      <ChoiceBlank
        label={t("watch.which")}
        value={way}
        options={ways}
        onChange={(next) => setWay(next as Way)}
      />
      {way === "person" && (
        <Sentence
          words={t("watch.of_person_is")}
          blanks={{
            person: (
              <ChoiceBlank
                label={t("watch.person")}
                value={asked.person}
                options={people.map(({ id, label }) => ({ key: id, label }))}
                onChange={asked.setPerson}
              />
            ),
            days: (
              <NumberBlank
                label={t("watch.days")}
                value={asked.days}
                min={1}
                onChange={asked.setDays}
              />
            ),
          }}
        />
      )}
      {way === "formula" && (
        <ExpressionField
          label={t("watch.formula")}
          object={object}
          expect="bool"
          value={asked.formula}
          error={wrong?.message}
          onChange={asked.setFormula}
        />
      )}
    </>
  );
}

export function DealAgainSheet(props: DealAgainProps) {
  const { object, people, onClose } = props;
  const { t } = useTranslation();
  const { number } = useFormat();
  const textOf = useErrorText();
  const refresh = useRefresh(object);
  const asked = useWhich(props);
  const [note, setNote] = useState("");
  const [key, setKey] = useState(newKey);
  const deal = useMutation({
    mutationFn: (): Promise<Dealt | Job> => dealAgain(object, asked.which, note.trim(), key),
    onSuccess: refresh,
    // What was refused may be asked again otherwise; of what had no answer nobody knows whether it was done.
    onError: (error) => error instanceof ApiError && error.refused && setKey(newKey()),
  });
  const { data } = deal;
  const count = asked.count ?? 0;
  return (
    <Sheet
      kind="dialog"
      label={t("watch.deal_title")}
      onClose={onClose}
      foot={
        data ? (
          <Button look="primary" onClick={onClose}>
            {t("do.close")}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t("do.cancel")}</Button>
            <Button
              look="primary"
              busy={deal.isPending}
              disabled={count === 0}
              onClick={() => deal.mutate()}
            >
              {t("watch.deal_count", { shown: number(count) })}
            </Button>
          </>
        )
      }
    >
      <div className={styles.sheet}>
        {data === undefined ? (
          <>
            <p>{t("watch.deal_hint")}</p>
            {people.length > 0 && <Choice {...props} asked={asked} />}
            <p className={styles.hint} role="status">
              {t("watch.count", { count, shown: number(count) })}
            </p>
            <TextField label={t("watch.note")} value={note} onChange={setNote} />
            {deal.error && (
              <p className={styles.error} role="alert">
                {textOf(deal.error)}
              </p>
            )}
          </>
        ) : "state" in data ? (
          <Progress object={object} started={data} />
        ) : (
          <Outcome done={data.done} failed={data.failed} />
        )}
      </div>
    </Sheet>
  );
}
