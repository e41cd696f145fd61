/** What stands where data would: nothing yet, still loading, or an error with a retry. */
import { CloudOff, Inbox, Lock, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import { Button } from "./Button";
import { cx } from "./cx";
import styles from "./States.module.css";

interface EmptyProps {
  title: string;
  hint?: string;
  icon?: ReactNode;
  actions?: ReactNode;
  /** In a block of a page rather than in place of one. */
  small?: boolean;
  /** It is all that the page says, and so its heading. */
  alone?: boolean;
}

export function Empty({
  title,
  hint,
  icon = <Inbox size={22} />,
  actions,
  small,
  alone,
}: EmptyProps) {
  const Title = alone ? "h1" : "h2";
  return (
    <div className={cx(styles.state, small && styles.small)}>
      <span className={styles.badge} aria-hidden>
        {icon}
      </span>
      <Title>{title}</Title>
      {hint && <p>{hint}</p>}
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}

/** A message for people for whatever was thrown. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    if (!(error instanceof ApiError)) return t("error.unknown");
    if (error.code === "offline") return t("error.offline");
    if (error.status === 403) return t("error.forbidden");
    if (error.status === 404) return t("error.not_found");
    return error.message || t("error.unknown");
  };
}

export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const offline = error instanceof ApiError && error.code === "offline";
  // What isn't for this person, or isn't there, is no different when it is asked again.
  if (error instanceof ApiError && [403, 404].includes(error.status)) {
    return (
      <div role="alert">
        <Empty title={textOf(error)} icon={<Lock size={22} />} />
      </div>
    );
  }
  return (
    <div role="alert">
      <Empty
        title={t("error.title")}
        hint={textOf(error)}
        icon={offline ? <CloudOff size={22} /> : <TriangleAlert size={22} />}
        actions={onRetry && <Button onClick={onRetry}>{t("do.retry")}</Button>}
      />
    </div>
  );
}

/** Grey lines of uneven length while text is on its way. */
export function Skeleton({ lines }: { lines: number }) {
  const { t } = useTranslation();
  return (
    <div className={styles.lines} role="status" aria-label={t("state.loading")}>
      {Array.from({ length: lines }, (_, i) => (
        <SkeletonBar key={i} width={`${46 + ((i * 23) % 48)}%`} />
      ))}
    </div>
  );
}

export function SkeletonBar({ width }: { width: string }) {
  return <span className={styles.bar} style={{ width }} />;
}
