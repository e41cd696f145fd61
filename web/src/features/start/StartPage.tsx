/** The guided first quarter of an hour: import ten, see them dealt, change a rule, see what differs, go on. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, Inbox, LayoutDashboard, SquareKanban } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog, useObject } from "@/shared/api/queries";
import type { ObjectDef } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { useTitle } from "@/shared/ui/title";
import { objectOf, scorecardQuery, useCourse, type Definition } from "./api";
import { DealtStep } from "./DealtStep";
import { ImportStep } from "./ImportStep";
import { ChangeStep, CompareStep } from "./RuleSteps";
import styles from "./Start.module.css";

interface StepProps {
  number: number;
  title: string;
  /** Left out where there is nothing to be done. */
  done?: boolean;
  children: ReactNode;
}

function Step({ number, title, done, children }: StepProps) {
  const { t } = useTranslation();
  return (
    <li className={styles.step} data-done={done}>
      <span className={styles.mark} aria-hidden>
        {done ? <CircleCheck size={20} /> : number}
      </span>
      <div>
        <h2>
          {title}
          {done !== undefined && (
            <span className={styles.hidden}>{t(done ? "start.done" : "start.not_done")}</span>
          )}
        </h2>
        {children}
      </div>
    </li>
  );
}

function Next({ object }: { object: ObjectDef }) {
  const { t } = useTranslation();
  const catalog = useCatalog();
  return (
    <div className={styles.body}>
      <p className={styles.mute}>{t("start.next.hint")}</p>
      <nav className={styles.places} aria-label={t("start.next.title")}>
        <Link to="/desk">
          <LayoutDashboard size={16} aria-hidden />
          {t("start.next.desk")}
        </Link>
        <Link to="/o/$object" params={{ object: object.name }}>
          <Inbox size={16} aria-hidden />
          {t("start.next.list", { object: object.label_plural ?? object.label })}
        </Link>
        {catalog?.boards?.map((board) => (
          <Link key={board.key} to="/boards/$board" params={{ board: board.key }}>
            <SquareKanban size={16} aria-hidden />
            {board.label}
          </Link>
        ))}
      </nav>
    </div>
  );
}

function Steps({ scorecard, object }: { scorecard: Definition; object: ObjectDef }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const course = useCourse(scorecard);
  const label = object.label_plural ?? object.label;
  if (course.error) return <ErrorState error={course.error} />;
  if (course.loading) return <Skeleton lines={8} />;
  const { done } = course;
  const count = Object.values(done).filter(Boolean).length;
  return (
    <>
      <p className={styles.mute}>
        {t("start.progress", { done: number(count), total: number(Object.keys(done).length) })}
      </p>
      <ol className={styles.steps}>
        <Step number={1} title={t("start.import.title", { object: label })} done={done.imported}>
          <ImportStep object={object} scorecard={scorecard} job={course.job} />
        </Step>
        <Step number={2} title={t("start.dealt.title")} done={done.dealt}>
          {done.imported ? (
            <DealtStep object={object} records={course.records} whys={course.whys} />
          ) : (
            <p className={styles.mute}>{t("start.dealt.wait")}</p>
          )}
        </Step>
        <Step number={3} title={t("start.change.title")} done={done.changed}>
          <ChangeStep rules={course.rules} />
        </Step>
        <Step number={4} title={t("start.compare.title")} done={done.compared}>
          <CompareStep object={object} rules={course.rules} records={course.records ?? []} />
        </Step>
        <Step number={5} title={t("start.next.title")}>
          <Next object={object} />
        </Step>
      </ol>
    </>
  );
}

export function StartPage() {
  const { t } = useTranslation();
  useTitle(t("start.title"));
  const scorecard = useQuery(scorecardQuery);
  const catalog = useCatalog();
  const object = useObject(scorecard.data ? objectOf(scorecard.data) : "");
  return (
    <div className={styles.page}>
      <div className={styles.column}>
        <h1>{t("start.title")}</h1>
        {scorecard.isError ? (
          <ErrorState error={scorecard.error} onRetry={() => void scorecard.refetch()} />
        ) : scorecard.isPending || !catalog ? (
          <Skeleton lines={8} />
        ) : scorecard.data && object ? (
          <>
            <p>{t("start.lead", { object: object.label_plural ?? object.label })}</p>
            <Steps scorecard={scorecard.data} object={object} />
          </>
        ) : (
          <Empty title={t("start.nothing")} hint={t("start.nothing_hint")} />
        )}
      </div>
    </div>
  );
}
