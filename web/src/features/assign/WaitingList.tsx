/** The records that wait for an owner, those that wait longest first, and dealing them again. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, Shuffle } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { Button } from "@/shared/ui/Button";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { waitingQuery } from "./api";
import { DealAgainSheet } from "./DealAgainSheet";
import styles from "./Watch.module.css";

const SHOWN = 20;

export function WaitingList({ object }: { object: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const waiting = useQuery(waitingQuery(object));
  const [asked, setAsked] = useState(false);
  const items = waiting.data?.items ?? [];
  return (
    <section className={styles.block}>
      <header>
        <h2>{t("watch.waiting_list")}</h2>
        {items.length > 0 && (
          <Button icon={<Shuffle size={15} />} onClick={() => setAsked(true)}>
            {t("watch.deal_these")}
          </Button>
        )}
      </header>
      {waiting.isPending ? (
        <Skeleton lines={3} />
      ) : waiting.isError ? (
        <ErrorState error={waiting.error} onRetry={() => void waiting.refetch()} />
      ) : items.length === 0 ? (
        <Empty
          title={t("watch.waiting_none")}
          hint={t("watch.waiting_none_hint")}
          icon={<CircleCheck size={22} />}
        />
      ) : (
        <ul className={styles.waiting}>
          {items.slice(0, SHOWN).map(({ id, label, since }) => (
            <li key={id}>
              <Link to="/o/$object/records/$id/full" params={{ object, id }}>
                {label ?? t("record.untitled")}
              </Link>
              <time dateTime={since}>
                {t("watch.waiting_since", { since: format.ago(since, now) })}
              </time>
            </li>
          ))}
          {items.length > SHOWN && <li>{t("watch.waiting_more", { count: SHOWN })}</li>}
        </ul>
      )}
      {asked && <DealAgainSheet object={object} people={[]} onClose={() => setAsked(false)} />}
    </section>
  );
}
