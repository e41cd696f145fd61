/** Why somebody is given nothing: what was checked, in the order in which one would look, and where to mend it. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowRight, CircleAlert, CircleCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/shared/format/useFormat";
import { Button } from "@/shared/ui/Button";
import { cx } from "@/shared/ui/cx";
import { Sheet } from "@/shared/ui/Overlay";
import { ErrorState, Skeleton } from "@/shared/ui/States";
import { causesQuery, type Cause, type Causes, type Dealing } from "./api";
import { useMending, type Mend } from "./mending";
import { SwitchSheet } from "./SwitchSheet";
import styles from "./Watch.module.css";

interface CausesProps {
  object: string;
  person: string;
  policies: Dealing["policies"];
  onClose: () => void;
}

function Step({ object, cause, mends }: { object: string; cause: Cause; mends: Mend[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <li className={cx(styles.step, cause.holds && styles.holds)}>
      <h3>
        {cause.holds ? (
          <CircleAlert size={18} className={styles.wrong} aria-label={t("watch.found")} />
        ) : (
          <CircleCheck size={18} className={styles.well} aria-label={t("watch.fine")} />
        )}
        {t(`watch.step.${cause.key}`)}
      </h3>
      <p className={styles.hint}>{t(`watch.checked.${cause.key}`)}</p>
      <p>{cause.text}</p>
      {cause.at && (
        <p className={styles.hint}>
          {t("watch.changed_at", {
            by: cause.by?.label ?? t("timeline.system"),
            at: format.momentFull(cause.at),
          })}
        </p>
      )}
      {cause.holds && cause.records.length > 0 && (
        <p className={styles.examples}>
          {t("watch.examples")}
          {cause.records.map(({ id, label }) => (
            <Link key={id} to="/o/$object/records/$id/full" params={{ object, id }}>
              {label}
            </Link>
          ))}
        </p>
      )}
      {cause.holds &&
        mends.map(({ to, search, label }) => (
          <Link key={to} to={to} search={search} className={styles.mend}>
            {label}
            <ArrowRight size={14} aria-hidden />
          </Link>
        ))}
    </li>
  );
}

function Walk({ object, causes, policies }: CausesProps & { causes: Causes }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const mendsOf = useMending(causes.person.id, policies);
  const { cause, share } = causes;
  const verdict =
    share && !share.part
      ? t("watch.no_part_hint")
      : cause
        ? t("watch.cause_is", { cause: t(`watch.step.${cause}`) })
        : t("watch.cause_none");
  return (
    <div className={styles.walk}>
      <p className={styles.verdict}>
        <strong>{verdict}</strong>
        {share && (
          <span className={styles.hint}>
            {t("watch.held", { open: share.open, given: share.given })}
          </span>
        )}
      </p>
      {!causes.automatic && causes.may_switch && (
        <Button onClick={() => setAsked(true)}>{t("watch.mend.mode")}</Button>
      )}
      <ol aria-label={t("watch.causes")}>
        {causes.causes.map((one) => (
          <Step key={one.key} object={object} cause={one} mends={mendsOf(one)} />
        ))}
      </ol>
      {asked && <SwitchSheet object={object} automatic onClose={() => setAsked(false)} />}
    </div>
  );
}

export function CausesDrawer(props: CausesProps) {
  const { t } = useTranslation();
  const causes = useQuery(causesQuery(props.object, props.person));
  const name = causes.data?.person.label ?? "";
  return (
    <Sheet kind="drawer" label={t("watch.why", { name })} onClose={props.onClose}>
      {causes.isPending ? (
        <Skeleton lines={8} />
      ) : causes.isError ? (
        <ErrorState error={causes.error} onRetry={() => void causes.refetch()} />
      ) : (
        <Walk {...props} causes={causes.data} />
      )}
    </Sheet>
  );
}
