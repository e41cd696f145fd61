/** How far a job is, what became of its records, and the file of those that failed. It goes on when nobody looks. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useEffect, useEffectEvent } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/shared/format/useFormat";
import { useStreamEvent } from "@/shared/stream";
import { Button } from "@/shared/ui/Button";
import { refreshRecords } from "./api";
import styles from "./ImportSheet.module.css";
import { cancelJob, isOver, jobQuery, type Job, type JobState } from "@/shared/api/transfer";

/** What became of records, the best first. */
const BECAME = [
  "created",
  "updated",
  "joined",
  "unchanged",
  "deleted",
  "skipped",
  "failed",
] as const;

interface JobProgressProps {
  started: Job;
  said: (state: JobState) => string;
}

export function JobProgress({ started, said }: JobProgressProps) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const client = useQueryClient();
  const { data: job = started } = useQuery({ ...jobQuery(started.id), initialData: started });
  const refetch = () => void client.invalidateQueries({ queryKey: jobQuery(started.id).queryKey });
  useStreamEvent("job", ({ id }) => id === started.id && refetch());
  const over = isOver(job);
  const end = useEffectEvent(() => void refreshRecords(client));
  useEffect(() => {
    if (over) end();
  }, [over]);
  return (
    <div className={styles.progress}>
      <p role="status">
        <strong>{said(job.state)}</strong>{" "}
        {t("import.progress", { done: number(job.progress), total: number(job.total ?? 0) })}
      </p>
      <progress
        aria-label={said(job.state)}
        value={job.progress}
        max={Math.max(job.total ?? 0, 1)}
      />
      <dl className={styles.counts}>
        {BECAME.filter((what) => job.counts[what]).map((what) => (
          <div key={what}>
            <dt>{t(`import.became.${what}`)}</dt>
            <dd>{number(job.counts[what] ?? 0)}</dd>
          </div>
        ))}
      </dl>
      {job.problem && (
        <p className={styles.wrong} role="alert">
          {job.problem.message}
        </p>
      )}
      {job.errors_url && (
        <a className={styles.file} href={job.errors_url} download>
          <Download size={15} aria-hidden />
          {t("import.errors_file", { count: job.error_count, shown: number(job.error_count) })}
        </a>
      )}
      {!over && (
        <>
          <p className={styles.mute}>{t("import.leave_hint")}</p>
          <div className={styles.buttons}>
            <Button onClick={() => void cancelJob(job.id).then(refetch, refetch)}>
              {t("import.stop")}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
