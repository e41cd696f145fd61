/** Imports a table in four steps: choose it, say which column is which field, see what is wrong, watch it come in. */
import { useQuery } from "@tanstack/react-query";
import { Check, FileSpreadsheet } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ObjectDef } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { recall, remember } from "@/shared/storage";
import { Button } from "@/shared/ui/Button";
import { cx } from "@/shared/ui/cx";
import { FileButton } from "@/shared/ui/FileButton";
import { Sheet } from "@/shared/ui/Overlay";
import { useAttempt, useReason } from "@/shared/useAttempt";
import styles from "./ImportSheet.module.css";
import { Errors, Mapping, Options } from "./ImportParts";
import { JobProgress } from "./JobProgress";
import {
  TABLES,
  previewImport,
  startImport,
  type Column,
  type ImportOptions,
  type Job,
  type Preview,
} from "@/shared/api/transfer";

function Choose({ busy, onFile }: { busy: boolean; onFile: (file: File) => void }) {
  const { t } = useTranslation();
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
      <FileButton look="primary" busy={busy} data-autofocus accept={TABLES} onFile={onFile}>
        {t("import.choose")}
      </FileButton>
    </div>
  );
}

const STEPS = ["choose", "map", "check", "run"] as const;
type Step = (typeof STEPS)[number];

function Steps({ at }: { at: Step }) {
  const { t } = useTranslation();
  const now = STEPS.indexOf(at);
  return (
    <ol className={styles.steps} aria-label={t("import.steps")}>
      {STEPS.map((step, i) => (
        <li
          key={step}
          aria-current={step === at ? "step" : undefined}
          className={cx(i < now && styles.passed)}
        >
          <span aria-hidden>{i < now ? <Check size={13} /> : i + 1}</span>
          {t(`import.step.${step}`)}
        </li>
      ))}
    </ol>
  );
}

interface ImportSheetProps {
  object: ObjectDef;
  onClose: () => void;
}

const START: ImportOptions = { mode: "create", duplicates: "join" };

/** Which field a column of that name was for the last time; null: left out. */
type Remembered = Record<string, string | null>;

/** The server's guess, but for columns that this browser has seen before. */
function remembered(object: string, preview: Preview): Column[] {
  const before = recall<Remembered>(`import.${object}`, {});
  const known = new Set(preview.fields.map((one) => one.name));
  const used = new Set<string>();
  return preview.columns.map(({ header, field: guess, by, order }) => {
    const kept = before[header];
    const field = kept === null || (kept !== undefined && known.has(kept)) ? kept : guess;
    if (field === null || used.has(field)) return { header, field: null };
    used.add(field);
    // How a value is read was told for the guessed field only.
    return field === guess ? { header, field, by, order } : { header, field };
  });
}

export function ImportSheet({ object, onClose }: ImportSheetProps) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const reason = useReason();
  const { attempt, busy, refusal } = useAttempt();
  const [first, setFirst] = useState<Preview>();
  const [columns, setColumns] = useState<Column[]>([]);
  const [options, setOptions] = useState(START);
  const [checking, setChecking] = useState(false);
  const [job, setJob] = useState<Job>();

  // Another look with every change of the mapping; the file is with the server since the first one.
  const look = useQuery({
    queryKey: ["import", object.name, first?.file.id, columns, options],
    queryFn: () => previewImport(object.name, { id: first?.file.id ?? "" }, columns, options),
    enabled: first !== undefined && job === undefined,
    // What was found in another file says nothing of this one.
    placeholderData: (before) => (before?.file.id === first?.file.id ? before : undefined),
    staleTime: Infinity,
  });
  const preview = look.data ?? first;
  const step: Step = job ? "run" : !first ? "choose" : checking ? "check" : "map";

  const read = (file: File) =>
    attempt(async () => {
      const found = await previewImport(object.name, { file }, undefined, options);
      setFirst(found);
      setColumns(remembered(object.name, found));
    });
  const start = (from: Preview) =>
    attempt(async (key) => {
      setJob(await startImport(object.name, { id: from.file.id }, columns, options, key));
      const before = recall<Remembered>(`import.${object.name}`, {});
      const now = columns.map(({ header, field }): [string, string | null] => [header, field]);
      remember(`import.${object.name}`, { ...before, ...Object.fromEntries(now) });
    });

  const mapped = columns.filter((column) => column.field !== null);
  const keys = (preview?.fields ?? []).filter((one) =>
    mapped.some((column) => column.field === one.name),
  );
  const complete = mapped.length > 0 && (options.mode === "create" || options.key !== undefined);
  const refused = refusal || (look.isError ? reason(look.error) : "");

  const foot = () => {
    if (!preview || step === "choose") return undefined;
    if (step === "run") {
      return (
        <Button look="primary" onClick={onClose}>
          {t("do.close")}
        </Button>
      );
    }
    // A dry run that has seen every row knows how many will come in.
    const whole = preview.checked === preview.total;
    const coming = preview.total - (whole ? preview.error_count : 0);
    return step === "map" ? (
      <>
        <Button onClick={() => setFirst(undefined)}>{t("import.other_file")}</Button>
        <Button look="primary" disabled={!complete} onClick={() => setChecking(true)}>
          {t("import.to_check")}
        </Button>
      </>
    ) : (
      <>
        <Button onClick={() => setChecking(false)}>{t("import.to_map")}</Button>
        <Button
          look="primary"
          busy={busy}
          disabled={!complete || coming === 0 || look.isFetching || look.isError}
          onClick={() => void start(preview)}
        >
          {t(whole && preview.error_count > 0 ? "import.start_rest" : "import.start", {
            count: coming,
            shown: number(coming),
          })}
        </Button>
      </>
    );
  };

  return (
    <Sheet
      kind="drawer"
      label={t("import.into", { object: object.label_plural ?? object.label })}
      onClose={onClose}
      foot={foot()}
    >
      <div className={styles.body}>
        <Steps at={step} />
        {refused && (
          <p className={styles.wrong} role="alert">
            {refused}
          </p>
        )}
        {preview && step !== "choose" && (
          <p className={styles.mute}>
            {preview.file.name} ·{" "}
            {t("import.rows", { count: preview.total, shown: number(preview.total) })}
          </p>
        )}
        {step === "choose" && <Choose busy={busy} onFile={(file) => void read(file)} />}
        {step === "map" && preview && (
          <>
            <Options options={options} keys={keys} onOptions={setOptions} />
            <Mapping preview={preview} columns={columns} onColumns={setColumns} />
          </>
        )}
        {step === "check" && preview && !look.isError && (
          <div
            aria-busy={look.isFetching}
            className={cx(styles.checked, look.isFetching && styles.waiting)}
          >
            <Errors preview={preview} />
            {preview.error_count > 0 && <p className={styles.mute}>{t("import.check_hint")}</p>}
          </div>
        )}
        {job && <JobProgress started={job} said={(state) => t(`import.state.${state}`)} />}
      </div>
    </Sheet>
  );
}
