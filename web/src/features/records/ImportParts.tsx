/** The parts of an import: what rows become, which column is which field, what is wrong. */
import { CircleCheck, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/shared/format/useFormat";
import styles from "./ImportSheet.module.css";
import {
  DUPLICATES,
  MODES,
  type Column,
  type ImportOptions,
  type Preview,
} from "@/shared/api/transfer";

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
export function Mapping({ preview, columns, onColumns }: MappingProps) {
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

export function Errors({ preview }: { preview: Preview }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const labels = new Map(preview.fields.map((one) => [one.name, one.label]));
  const whole = preview.checked === preview.total;
  if (preview.error_count === 0) {
    return (
      <p className={styles.well}>
        <CircleCheck size={15} aria-hidden />
        {t(whole ? "import.well_all" : "import.well", {
          count: preview.checked,
          shown: number(preview.checked),
        })}
      </p>
    );
  }
  const unlisted = preview.error_count - preview.errors.length;
  return (
    <div>
      <p className={styles.wrong}>
        <TriangleAlert size={15} aria-hidden />
        {t(whole ? "import.wrong_all" : "import.wrong", {
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
              {error.field
                ? t("import.found", { field: labels.get(error.field), message: error.message })
                : error.message}
              {error.written && (
                <>
                  {" "}
                  <q className={styles.written}>{error.written}</q>
                </>
              )}
            </li>
          )),
        )}
      </ul>
      {unlisted > 0 && (
        <p className={styles.mute}>
          {t("import.more_wrong", { count: unlisted, shown: number(unlisted) })}
        </p>
      )}
    </div>
  );
}

interface OptionsProps {
  options: ImportOptions;
  /** The fields that a record can be found by: those that columns are for. */
  keys: Preview["fields"];
  onOptions: (options: ImportOptions) => void;
}

/** What a row becomes, and what happens where a record is there already. */
export function Options({ options, keys, onOptions }: OptionsProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.options}>
      <Pick
        label={t("import.mode")}
        value={options.mode}
        choices={MODES.map((one) => ({ key: one, label: t(`import.modes.${one}`) }))}
        onChoose={(mode) => onOptions({ ...options, mode: mode as ImportOptions["mode"] })}
      />
      {options.mode === "create" ? (
        <Pick
          label={t("import.duplicates")}
          value={options.duplicates}
          choices={DUPLICATES.map((one) => ({ key: one, label: t(`import.dup.${one}`) }))}
          onChoose={(duplicates) =>
            onOptions({ ...options, duplicates: duplicates as ImportOptions["duplicates"] })
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
          onChoose={(name) => onOptions({ ...options, key: name || undefined })}
        />
      )}
    </div>
  );
}
