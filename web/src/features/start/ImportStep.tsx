/** The first step: ten records of one's own, pasted or as a file, looked at before they come in. */
import { useQueryClient } from "@tanstack/react-query";
import { Download, FileUp, TriangleAlert } from "lucide-react";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  TABLES,
  isOver,
  previewImport,
  startImport,
  type Column,
  type ImportOptions,
  type Preview,
} from "@/shared/api/transfer";
import type { Field, ObjectDef } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { Button } from "@/shared/ui/Button";
import { FileButton } from "@/shared/ui/FileButton";
import { useAttempt } from "@/shared/useAttempt";
import { broughtBy, importQuery, type Definition, type ImportJob } from "./api";
import styles from "./Start.module.css";
import { fileOf, templateFields, templateOf } from "./table";

const OPTIONS: ImportOptions = { mode: "create", duplicates: "join" };
const ERRORS_SHOWN = 5;

function Template({ object, fields }: { object: ObjectDef; fields: Field[] }) {
  const { t } = useTranslation();
  const download = () => {
    const address = URL.createObjectURL(templateOf(fields));
    const link = document.createElement("a");
    link.href = address;
    link.download = `${object.label}.csv`;
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <>
      <Button icon={<Download size={16} aria-hidden />} onClick={download}>
        {t("start.import.template")}
      </Button>
      {fields
        .filter((field) => field.type === "choice")
        .map((field) => (
          <p key={field.name} className={styles.mute}>
            {t("start.import.options", {
              field: field.label,
              options: field.options?.map((one) => one.label).join(" / "),
            })}
          </p>
        ))}
    </>
  );
}

function Checked({ preview }: { preview: Preview }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const labels = new Map(preview.fields.map((one) => [one.name, one.label]));
  const used = preview.columns.filter((column) => column.field !== null);
  const left = preview.columns.filter((column) => column.field === null);
  return (
    <>
      <p>
        {t("start.import.rows", { count: preview.total, shown: number(preview.total) })} ·{" "}
        {t("start.import.columns")}
      </p>
      <ul className={styles.chips}>
        {used.map(({ header, field }) => (
          <li key={header}>
            {header === labels.get(field ?? "") ? header : `${header} → ${labels.get(field ?? "")}`}
          </li>
        ))}
      </ul>
      {left.length > 0 && (
        <p className={styles.mute}>
          {t("start.import.left_out", { columns: left.map((one) => one.header).join(" / ") })}
        </p>
      )}
      {preview.error_count > 0 && (
        <div className={styles.wrong}>
          <p>
            <TriangleAlert size={15} aria-hidden />
            {t("start.import.wrong", {
              count: preview.error_count,
              shown: number(preview.error_count),
            })}
          </p>
          <ul>
            {preview.errors.slice(0, ERRORS_SHOWN).map(({ row, errors }) => (
              <li key={row}>
                {t("start.import.row", { row })}{" "}
                {errors.map(({ field, message, written }) => (
                  <Fragment key={`${field} ${message}`}>
                    {field
                      ? t("start.import.found", { field: labels.get(field), message })
                      : message}{" "}
                    {written && <q>{written}</q>}{" "}
                  </Fragment>
                ))}
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

interface FormProps {
  object: ObjectDef;
  scorecard: Definition;
  onStarted: (job: ImportJob) => void;
}

function Form({ object, scorecard, onStarted }: FormProps) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const [pasted, setPasted] = useState("");
  const [preview, setPreview] = useState<Preview>();
  const { attempt, busy, refusal } = useAttempt();
  const fields = templateFields(object, scorecard);
  const right = preview ? preview.total - preview.error_count : 0;

  const check = (file: File) =>
    attempt(async () => setPreview(await previewImport(object.name, { file }, undefined, OPTIONS)));
  const start = (from: Preview) =>
    attempt(async (key) => {
      const columns: Column[] = from.columns;
      const job = await startImport(object.name, { id: from.file.id }, columns, OPTIONS, key);
      onStarted(job as ImportJob);
    });

  return (
    <div className={styles.body}>
      <p className={styles.mute}>{t("start.import.hint")}</p>
      {refusal && (
        <p className={styles.wrong} role="alert">
          {refusal}
        </p>
      )}
      {preview ? (
        <>
          <Checked preview={preview} />
          <div className={styles.buttons}>
            <Button
              look="primary"
              busy={busy}
              disabled={right === 0 || preview.columns.every((column) => column.field === null)}
              onClick={() => void start(preview)}
            >
              {t("start.import.go", { count: right, shown: number(right) })}
            </Button>
            <Button onClick={() => setPreview(undefined)}>{t("start.import.again")}</Button>
          </div>
        </>
      ) : (
        <>
          <Template object={object} fields={fields} />
          <label className={styles.paste}>
            <span>{t("start.import.paste")}</span>
            <textarea
              rows={6}
              value={pasted}
              placeholder={`${t("start.import.paste_hint")}\n${fields.map((one) => one.label).join("\t")}`}
              onChange={(event) => setPasted(event.target.value)}
            />
          </label>
          <div className={styles.buttons}>
            <Button
              look="primary"
              busy={busy}
              disabled={pasted.trim() === ""}
              onClick={() => void check(fileOf(pasted))}
            >
              {t("start.import.check")}
            </Button>
            <FileButton
              icon={<FileUp size={16} aria-hidden />}
              disabled={busy}
              accept={TABLES}
              onFile={(file) => void check(file)}
            >
              {t("start.import.file")}
            </FileButton>
          </div>
        </>
      )}
    </div>
  );
}

interface ImportStepProps {
  object: ObjectDef;
  scorecard: Definition;
  job: ImportJob | null | undefined;
}

export function ImportStep({ object, scorecard, job }: ImportStepProps) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const client = useQueryClient();
  const [again, setAgain] = useState(false);
  const started = (next: ImportJob) => {
    client.setQueryData(importQuery(object.name).queryKey, next);
    setAgain(false);
  };
  const form = <Form object={object} scorecard={scorecard} onStarted={started} />;
  if (!job || again) return form;
  if (!isOver(job)) {
    return (
      <div className={styles.body}>
        <p role="status">
          {t("start.import.running", {
            done: number(job.progress),
            total: number(job.total ?? 0),
          })}
        </p>
        <progress
          aria-label={t("start.import.title", { object: object.label })}
          value={job.progress}
          max={Math.max(job.total ?? 0, 1)}
        />
      </div>
    );
  }
  const { created, joined } = broughtBy(job);
  if (created === 0) {
    return (
      <>
        <p className={styles.wrong} role="alert">
          {job.problem
            ? t("start.import.failed", { reason: job.problem.message })
            : t("start.import.none")}
        </p>
        {form}
      </>
    );
  }
  return (
    <div className={styles.body}>
      <p role="status">
        {t("start.import.result", { created: number(created), joined: number(joined) })}
      </p>
      <div className={styles.buttons}>
        <Button onClick={() => setAgain(true)}>{t("start.import.more")}</Button>
      </div>
    </div>
  );
}
