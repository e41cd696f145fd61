/** The second step: each record with its score, its owner, and why. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ObjectDef, RecordItem } from "@/shared/api/types";
import { titleOf } from "@/shared/format/title";
import { useFormat } from "@/shared/format/useFormat";
import { Avatar } from "@/shared/ui/Avatar";
import { Skeleton } from "@/shared/ui/States";
import type { Why } from "./api";
import styles from "./Start.module.css";

function useWhy(): (why: Why | undefined) => string {
  const { t } = useTranslation();
  const { number } = useFormat();
  return (why) => {
    if (!why) return "";
    if (!why.assignment) return t("start.dealt.no_policy");
    if (!why.assignment.label) return t("start.dealt.by_hand");
    const count = why.assignment.candidates.filter((one) => one.eligible).length;
    const policy = why.assignment.label;
    if (count === 0) return t("start.dealt.by_nobody", { policy });
    return t("start.dealt.by_policy", { count, policy, shown: number(count) });
  };
}

interface DealtStepProps {
  object: ObjectDef;
  records: RecordItem[] | undefined;
  whys: Map<string, Why>;
}

export function DealtStep({ object, records, whys }: DealtStepProps) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const because = useWhy();
  if (!records) return <Skeleton lines={5} />;
  if (records.length === 0) return <p className={styles.mute}>{t("start.dealt.gone")}</p>;
  return (
    <div className={styles.body}>
      <p className={styles.mute}>{t("start.dealt.hint")}</p>
      <ul className={styles.dealt}>
        {records.map((record) => {
          const why = whys.get(record.id);
          return (
            <li key={record.id}>
              <Link
                to="/o/$object/records/$id/full"
                params={{ object: object.name, id: record.id }}
                className={styles.what}
              >
                {titleOf(object, record, t("record.untitled"))}
              </Link>
              <span className={styles.score} title={t("start.dealt.score")}>
                {why?.score ? [why.score.grade, number(why.score.total)].join(" ") : ""}
              </span>
              <span className={styles.owner}>
                {record.owner ? (
                  <>
                    <Avatar name={record.owner.label} />
                    {record.owner.label}
                  </>
                ) : (
                  t("start.dealt.nobody")
                )}
              </span>
              <span className={styles.mute}>{because(why)}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
