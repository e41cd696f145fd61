/** Imports a table: choose it, see which column is which field and what is wrong, start, watch. */
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, Download, FileSpreadsheet, TriangleAlert } from "lucide-react";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import type { ObjectDef } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { newKey } from "@/shared/keys";
import { useStreamEvent } from "@/shared/stream";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import { Skeleton, useErrorText } from "@/shared/ui/States";
import styles from "./ImportSheet.module.css";
import {
  cancelJob,
  DUPLICATES,
  isOver,
  jobQuery,
  MODES,
  previewImport,
  startImport,
  type Column,
  type ImportOptions,
  type Job,
  type Preview,
} from "@/shared/api/transfer";

const TYPES = ".csv,.tsv,.txt,.xlsx";

/** The first words for people of what was refused. */
function useReason(): (error: unknown) => string {
  const errorText = useErrorText();
  return (error) => {
    const told = error instanceof ApiError ? Object.values(error.fieldErrors)[0] : undefined;
    return told ?? errorText(error);
  };
}

function Choose({ busy, onFile }: { busy: boolean; onFile: (file: File) => void }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div
      className={styles.drop}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const [file] = event.dataTransfer.files;
        if (file) onFile(file);
      }}
    >
      <FileSpreadsheet size={28} aria-hidden />
      <p>{t("import.choose_hint")}</p>
      <Button look="primary" busy={busy} data-autofocus onClick={() => input.current?.click()}>
        {t("import.choose")}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept={TYPES}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file) onFile(file);
          event.target.value = "";
        }}
      />
    </div>
  );
}

interface PickProps {
  label: string;
  value: string;
  choices: readonly { key: string; label: string }[];
  onChoose: (key: string) => void;
}

function Pick({ label, value, choices, onChoose }: PickProps) {
  return (
    <label className={styles.pick}>
      <span>{label}</span>
      <select value={value} onChange={(event) => onChoose(event.target.value)}>
        {choices.map(({ key, label }) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

interface MappingProps {
  preview: Preview;
  columns: Column[];
  onColumns: (columns: Column[]) => void;
}

/** Each column with what stands in it, and the field that it is for. */
function Mapping({ preview, columns, onColumns }: MappingProps) {
  const { t } = useTranslation();
  const used = new Set(columns.map((column) => column.field));
  const choose = (header: string, field: string | null) =>
    onColumns(columns.map((one) => (one.header === header ? { header, field } : one)));
  return (
    <table className={styles.mapping}>
      <thead>
        <tr>
          <th scope="col">{t("import.column")}</th>
          <th scope="col">{t("import.samples")}</th>
          <th scope="col">{t("import.field")}</th>
        </tr>
      </thead>
      <tbody>
        {columns.map(({ header, field }, i) => (
          <tr key={header}>
            <th scope="row">{header}</th>
            <td>{preview.columns[i]?.samples.join(" · ")}</td>
            <td>
              <select
                aria-label={t("import.field_of", { column: header })}
                value={field ?? ""}
                onChange={(event) => choose(header, event.target.value || null)}
              >
                <option value="">{t("import.left_out")}</option>
                {preview.fields.map((one) => (
                  <option
                    key={one.name}
                    value={one.name}
                    disabled={one.name !== field && used.has(one.name)}
                  >
                    {one.label}
                    {one.required && " *"}
                  </option>
                ))}
              </select>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Errors({ preview }: { preview: Preview }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const labels = new Map(preview.fields.map((one) => [one.name, one.label]));
  if (preview.error_count === 0) {
    return (
      <p className={styles.well}>
        <CircleCheck size={15} aria-hidden />
        {t("import.well", { count: preview.checked, shown: number(preview.checked) })}
      </p>
    );
  }
  return (
    <div>
      <p className={styles.wrong}>
        <TriangleAlert size={15} aria-hidden />
        {t("import.wrong", {
          count: preview.error_count,
          shown: number(preview.error_count),
          checked: number(preview.checked),
        })}
      </p>
      <ul className={styles.errors}>
        {preview.errors.flatMap(({ row, errors }) =>
          errors.map((error) => (
            <li key={`${row} ${error.field}`}>
              <span>{t("import.row", { row })}</span>{" "}
              {[error.field && labels.get(error.field), error.message].filter(Boolean).join(": ")}
            </li>
          )),
        )}
      </ul>
    </div>
  );
}

/** How far the job is. It goes on when nobody looks. */
function Progress({
  object,
  started,
  onClose,
}: {
  object: string;
  started: Job;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const client = useQueryClient();
  const { data: job = started } = useQuery({ ...jobQuery(started.id), initialData: started });
  const refetch = () => void client.invalidateQueries({ queryKey: jobQuery(started.id).queryKey });
  useStreamEvent("job", ({ id }) => id === started.id && refetch());
  const over = isOver(job);
  const refresh = useEffectEvent(() => {
    for (const key of ["records", "views"])
      void client.invalidateQueries({ queryKey: [key, object] });
  });
  useEffect(() => {
    if (over) refresh();
  }, [over]);
  return (
    <div className={styles.progress}>
      <p role="status">
        <strong>{t(`import.state.${job.state}`)}</strong>{" "}
        {t("import.progress", { done: number(job.progress), total: number(job.total ?? 0) })}
      </p>
      <progress
        aria-label={t("import.title")}
        value={job.progress}
        max={Math.max(job.total ?? 0, 1)}
      />
      <dl className={styles.counts}>
        {Object.entries(job.counts).map(([what, count]) => (
          <div key={what}>
            <dt>{t(`import.became.${what}` as "import.became.created", { defaultValue: what })}</dt>
            <dd>{number(count)}</dd>
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
      {!over && <p className={styles.mute}>{t("import.leave_hint")}</p>}
      <div className={styles.buttons}>
        {!over && (
          <Button onClick={() => void cancelJob(job.id).then(refetch, refetch)}>
            {t("import.stop")}
          </Button>
        )}
        <Button look="primary" onClick={onClose}>
          {t("do.close")}
        </Button>
      </div>
    </div>
  );
}

interface ImportSheetProps {
  object: ObjectDef;
  onClose: () => void;
}

const START: ImportOptions = { mode: "create", duplicates: "join" };

export default function ImportSheet({ object, onClose }: ImportSheetProps) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const reason = useReason();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState("");
  const [first, setFirst] = useState<Preview>();
  const [columns, setColumns] = useState<Column[]>([]);
  const [options, setOptions] = useState(START);
  const [job, setJob] = useState<Job>();
  const [key, setKey] = useState(newKey);

  // Another look with every change of the mapping; the file is with the server since the first one.
  const look = useQuery({
    queryKey: ["import", object.name, first?.file.id, columns, options],
    queryFn: () => previewImport(object.name, { id: first?.file.id ?? "" }, columns, options),
    enabled: first !== undefined && job === undefined,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  const preview = look.data ?? first;

  const attempt = async (send: () => Promise<void>) => {
    setBusy(true);
    setRefusal("");
    try {
      await send();
    } catch (error) {
      if (error instanceof ApiError && error.refused) setKey(newKey());
      setRefusal(reason(error));
    } finally {
      setBusy(false);
    }
  };
  const read = (file: File) =>
    attempt(async () => {
      const found = await previewImport(object.name, { file }, undefined, options);
      setFirst(found);
      setColumns(
        found.columns.map(({ header, field, by, order }) => ({ header, field, by, order })),
      );
    });
  const start = (from: Preview) =>
    attempt(async () =>
      setJob(await startImport(object.name, { id: from.file.id }, columns, options, key)),
    );

  const mapped = columns.filter((column) => column.field !== null);
  const keys = (preview?.fields ?? []).filter((one) =>
    mapped.some((column) => column.field === one.name),
  );
  const complete = mapped.length > 0 && (options.mode === "create" || options.key !== undefined);
  const refused = refusal || (look.isError ? reason(look.error) : "");

  return (
    <Sheet
      kind="drawer"
      label={t("import.into", { object: object.label_plural ?? object.label })}
      onClose={onClose}
      foot={
        preview &&
        !job && (
          <>
            <Button onClick={() => setFirst(undefined)}>{t("import.other_file")}</Button>
            <Button
              look="primary"
              busy={busy}
              disabled={!complete || look.isFetching || look.isError}
              onClick={() => void start(preview)}
            >
              {t("import.start", { count: preview.total, shown: number(preview.total) })}
            </Button>
          </>
        )
      }
    >
      <div className={styles.body}>
        {refused && (
          <p className={styles.wrong} role="alert">
            {refused}
          </p>
        )}
        {job ? (
          <Progress object={object.name} started={job} onClose={onClose} />
        ) : !first ? (
          <Choose busy={busy} onFile={(file) => void read(file)} />
        ) : preview ? (
          <>
            <p className={styles.mute}>
              {preview.file.name} ·{" "}
              {t("import.rows", { count: preview.total, shown: number(preview.total) })}
            </p>
            <div className={styles.options}>
              <Pick
                label={t("import.mode")}
                value={options.mode}
                choices={MODES.map((one) => ({ key: one, label: t(`import.modes.${one}`) }))}
                onChoose={(mode) => setOptions({ ...options, mode: mode as ImportOptions["mode"] })}
              />
              {options.mode === "create" ? (
                <Pick
                  label={t("import.duplicates")}
                  value={options.duplicates}
                  choices={DUPLICATES.map((one) => ({ key: one, label: t(`import.dup.${one}`) }))}
                  onChoose={(duplicates) =>
                    setOptions({
                      ...options,
                      duplicates: duplicates as ImportOptions["duplicates"],
                    })
                  }
                />
              ) : (
                <Pick
                  label={t("import.key")}
                  value={options.key ?? ""}
                  choices={[
                    { key: "", label: t("form.choose") },
                    ...keys.map(({ name, label }) => ({ key: name, label })),
                  ]}
                  onChoose={(name) => setOptions({ ...options, key: name || undefined })}
                />
              )}
            </div>
            <Mapping preview={preview} columns={columns} onColumns={setColumns} />
            <Errors preview={preview} />
          </>
        ) : (
          <Skeleton lines={6} />
        )}
      </div>
    </Sheet>
  );
}
