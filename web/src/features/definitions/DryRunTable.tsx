/** What the draft would have done with the newest records, beside what is in force. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { useFormat } from "@/shared/format/useFormat";
import { Button } from "@/shared/ui/Button";
import { Skeleton, useErrorText } from "@/shared/ui/States";
import { definitionsQuery, dryRunQuery, type Definition } from "./api";
import styles from "./Definitions.module.css";

const LAST = 200;

/** A verdict is a grade, how often a rule runs, or the policy that decides. */
function useVerdict(kind: string) {
  const { t } = useTranslation();
  const policies = useQuery({ ...definitionsQuery(kind), enabled: kind === "assignment" });
  return (verdict: string | null) => {
    if (verdict === null) return t("setup.try.nothing");
    if (kind === "rule") return t("setup.try.times", { count: Number(verdict) });
    return policies.data?.items.find((one) => one.key === verdict)?.label ?? verdict;
  };
}

export function DryRunTable({ definition, seen }: { definition: Definition; seen: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const said = useVerdict(definition.kind);
  const found = useQuery(dryRunQuery(definition.kind, definition.key, LAST, seen));
  const object = useObject(found.data?.object ?? "");
  if (found.isPending) {
    return (
      <section>
        <h2>{t("setup.try.title")}</h2>
        <Skeleton lines={3} />
      </section>
    );
  }
  if (!found.data) {
    return (
      <section>
        <h2>{t("setup.try.title")}</h2>
        <p className={styles.mute}>{errorText(found.error)}</p>
        <Button onClick={() => void found.refetch()}>{t("do.retry")}</Button>
      </section>
    );
  }
  const { looked, differ, verdicts, examples } = found.data;
  const what = {
    looked: format.number(looked),
    differ: format.number(differ),
    object: object?.label ?? "",
  };
  return (
    <section>
      <h2>{t("setup.try.title")}</h2>
      <p className={styles.mute}>
        {looked === 0
          ? t("setup.try.no_records", what)
          : t(differ === 0 ? "setup.try.same" : "setup.try.differ", what)}
      </p>
      {differ > 0 && (
        <table className={styles.verdicts}>
          <thead>
            <tr>
              <th scope="col">{t("setup.try.present")}</th>
              <th scope="col">{t("setup.try.draft")}</th>
              <th scope="col">{t("setup.try.count")}</th>
            </tr>
          </thead>
          <tbody>
            {verdicts.map(({ present, draft, count }) => (
              <tr key={`${present} ${draft}`} data-differs={present !== draft}>
                <td>{said(present)}</td>
                <td>{said(draft)}</td>
                <td>{format.number(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {examples.length > 0 && (
        <details>
          <summary>{t("setup.try.examples", { count: examples.length })}</summary>
          <ul className={styles.examples}>
            {examples.map((one) => (
              <li key={one.id}>
                <Link
                  to="/o/$object/records/$id/full"
                  params={{ object: found.data.object, id: one.id }}
                  target="_blank"
                >
                  {one.label ?? one.id.slice(-6)}
                </Link>
                <span>
                  {said(one.present)}
                  <ArrowRight size={13} aria-hidden />
                  {said(one.draft)}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
