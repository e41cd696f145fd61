/** The third and the fourth step: which rules to change, and what a draft would make of the same records. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { SlidersHorizontal } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ObjectDef, RecordItem } from "@/shared/api/types";
import { titleOf } from "@/shared/format/title";
import { useFormat } from "@/shared/format/useFormat";
import { Skeleton, useErrorText } from "@/shared/ui/States";
import { Tag } from "@/shared/ui/Tag";
import { dryRunQuery, isChanged, type Definition } from "./api";
import styles from "./Start.module.css";

/** Kinds of rules that a dry run can judge by. */
const JUDGED = ["scorecard", "assignment"];

const SETUP = "/setup/$kind/$key";

function paramsOf({ kind, key }: Definition) {
  return { kind, key };
}

export function ChangeStep({ rules }: { rules: Definition[] }) {
  const { t } = useTranslation();
  return (
    <div className={styles.body}>
      <p className={styles.mute}>{t("start.change.hint")}</p>
      <ul className={styles.rules}>
        {rules.map((rule) => (
          <li key={`${rule.kind} ${rule.key}`}>
            <Link to={SETUP} params={paramsOf(rule)}>
              <SlidersHorizontal size={15} aria-hidden />
              <span>{rule.label}</span>
              <span className={styles.mute}>
                {t(`start.change.kinds.${rule.kind}` as "start.change.kinds.clock")}
              </span>
              {rule.draft ? (
                <Tag color="amber">{t("start.change.draft")}</Tag>
              ) : (
                isChanged(rule) && <Tag color="green">{t("start.change.changed")}</Tag>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function useSpan(): (target: unknown) => string {
  const { t } = useTranslation();
  const { number } = useFormat();
  return (target) => {
    const [, count, unit] = /^(\d+)([mh])$/.exec(String(target)) ?? [];
    if (!count) return String(target ?? "");
    const words = { count: Number(count), shown: number(Number(count)) };
    return unit === "m" ? t("start.minutes", words) : t("start.hours", words);
  };
}

interface ComparedProps {
  object: ObjectDef;
  rule: Definition;
  records: RecordItem[];
}

/** The same records judged by the present version and by the draft. */
function Judged({ object, rule, records }: ComparedProps) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const errorText = useErrorText();
  const { data, error, isLoading } = useQuery({
    ...dryRunQuery(object.name, rule.kind, rule.key, records[0]?.created_at ?? ""),
    enabled: records.length > 0,
  });
  if (error) {
    return (
      <p className={styles.wrong} role="alert">
        {t("start.compare.bad", { reason: errorText(error) })}
      </p>
    );
  }
  if (isLoading) return <Skeleton lines={3} />;
  if (!data) return null;
  const found = new Map(data.examples.map((one) => [one.id, one]));
  const differ = records.flatMap((record) => {
    const verdicts = found.get(record.id);
    return verdicts ? [{ record, verdicts }] : [];
  });
  if (differ.length === 0) return <p>{t("start.compare.same")}</p>;
  const words = { count: differ.length, shown: number(differ.length) };
  return (
    <>
      <p>
        <strong>{t("start.compare.differ", { ...words, total: number(records.length) })}</strong>
      </p>
      <ul className={styles.differ}>
        {differ.map(({ record, verdicts }) => (
          <li key={record.id}>
            <span className={styles.what}>{titleOf(object, record, t("record.untitled"))}</span>
            <span>
              <span className={styles.mute}>{t("start.compare.now")}</span>{" "}
              {verdicts.present ?? t("start.compare.none")}
            </span>
            <span>
              <span className={styles.mute}>{t("start.compare.then")}</span>{" "}
              <strong>{verdicts.draft ?? t("start.compare.none")}</strong>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Target({ rule }: { rule: Definition }) {
  const { t } = useTranslation();
  const span = useSpan();
  return (
    <p>
      <span className={styles.mute}>
        {t("start.compare.target")} · {t("start.compare.now")}
      </span>{" "}
      {span(rule.body?.target)} <span className={styles.mute}>{t("start.compare.then")}</span>{" "}
      <strong>{span(rule.draft?.body?.target)}</strong>
    </p>
  );
}

export function CompareStep({
  object,
  rules,
  records,
}: Omit<ComparedProps, "rule"> & { rules: Definition[] }) {
  const { t } = useTranslation();
  const drafts = rules.filter((rule) => rule.draft !== null);
  const published = rules.filter((rule) => rule.draft === null && isChanged(rule));
  return (
    <div className={styles.body}>
      <p className={styles.mute}>
        {t(drafts.length > 0 ? "start.compare.hint" : "start.compare.wait")}
      </p>
      {drafts.map((rule) => (
        <section key={`${rule.kind} ${rule.key}`} className={styles.compared}>
          <h3>{rule.label}</h3>
          {JUDGED.includes(rule.kind) ? (
            <Judged object={object} rule={rule} records={records} />
          ) : (
            <Target rule={rule} />
          )}
          <Link to={SETUP} params={paramsOf(rule)} className={styles.link}>
            {t("start.compare.publish")}
          </Link>
        </section>
      ))}
      {published.map((rule) => (
        <p key={`${rule.kind} ${rule.key}`}>
          {t("start.compare.published", {
            label: rule.label,
            version: Math.max(...rule.versions.map((one) => one.version)),
          })}
        </p>
      ))}
    </div>
  );
}
