/** Who had a record and who got it: when, by whom or which policy, and why. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Ref, Transfer } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { Avatar } from "@/shared/ui/Avatar";
import { Button } from "@/shared/ui/Button";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { transfersQuery } from "./api";
import styles from "./Story.module.css";

function Somebody({ person }: { person: Ref | null }) {
  const { t } = useTranslation();
  return (
    <span className={styles.person}>
      {person && <Avatar name={person.label} />}
      {person?.label ?? t("detail.people.nobody")}
    </span>
  );
}

function Step({ step }: { step: Transfer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const said = [
    step.label && t("detail.people.by_policy", { policy: step.label }),
    step.reason,
    step.by && t("detail.people.by", { name: step.by.label }),
  ].filter(Boolean);
  return (
    <li className={styles.transfer}>
      <div className={styles.hand}>
        {step.from && (
          <>
            <Somebody person={step.from} />
            <ArrowRight size={14} aria-label="→" />
          </>
        )}
        <Somebody person={step.to} />
        <time className={styles.meta} dateTime={step.at} title={format.momentFull(step.at)}>
          {format.moment(step.at, now)}
        </time>
      </div>
      <p className={styles.why}>{said.join(" · ")}</p>
      {step.note && <p className={styles.quote}>{step.note}</p>}
    </li>
  );
}

export default function PeopleTab({ object, id }: { object: string; id: string }) {
  const { t } = useTranslation();
  const transfers = useInfiniteQuery(transfersQuery(object, id));
  if (transfers.isPending) return <Skeleton lines={5} />;
  if (transfers.isError) {
    return <ErrorState error={transfers.error} onRetry={() => void transfers.refetch()} />;
  }
  const steps = transfers.data.pages.flatMap((page) => page.items);
  if (steps.length === 0) return <Empty title={t("detail.people.none")} />;
  return (
    <>
      <ol className={styles.transfers}>
        {steps.map((step) => (
          <Step key={step.id} step={step} />
        ))}
      </ol>
      {transfers.hasNextPage && (
        <div className={styles.more}>
          <Button
            busy={transfers.isFetchingNextPage}
            onClick={() => void transfers.fetchNextPage()}
          >
            {t("timeline.more")}
          </Button>
        </div>
      )}
    </>
  );
}
