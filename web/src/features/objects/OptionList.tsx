/** Options in their order, each with its name and colour, and whether it is still offered. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { labelIn, partOf, put, said, textIn } from "@/shared/definition/body";
import type { Label } from "@/shared/definition/form";
import { AddNamed } from "@/shared/sentence/AddNamed";
import { KeyedList } from "@/shared/sentence/KeyedList";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import { Tag, TAG_COLORS, tagColor } from "@/shared/ui/Tag";
import { showToast } from "@/shared/ui/toast";
import { useLatest } from "@/shared/useLatest";
import styles from "./Objects.module.css";

type Option = [key: string, written: unknown];

/** An option is written as its label, or with more around it. */
function read(written: unknown): { label: Label; color: string; whole: Record<string, unknown> } {
  const whole = partOf({ written }, "written");
  return "label" in whole
    ? { label: labelIn(whole), color: textIn(whole, "color"), whole }
    : { label: labelIn({ written }, "written"), color: "", whole: {} };
}

function withLabel(written: unknown, label: Label): unknown {
  const { whole } = read(written);
  return "label" in whole ? put(whole, "label", label) : label;
}

function withColor(written: unknown, color: string): unknown {
  const { label, whole } = read(written);
  const next = "label" in whole ? whole : { label: written ?? label };
  return put(next, "color", color || undefined);
}

/** A retired option isn't offered any more, and still says what records mean that have it. */
function withRetired(written: unknown, retired: boolean): unknown {
  const { label, whole } = read(written);
  const next = "label" in whole ? whole : { label: written ?? label };
  return put(next, "retired", retired || undefined);
}

interface OptionListProps {
  written: unknown;
  /** The keys of those that are in force: records may have them. */
  published: readonly string[];
  onChange: (next: Record<string, unknown>) => void;
  errorAt: (key: string) => string | undefined;
  colored: boolean;
  readonly: boolean;
}

export function OptionList(props: OptionListProps) {
  const { written, published, onChange, errorAt, colored, readonly } = props;
  const { t } = useTranslation();
  const entries = useMemo(
    (): Option[] => Object.entries(partOf({ written }, "written")),
    [written],
  );
  const keep = (next: readonly Option[]) => onChange(Object.fromEntries(next));
  // What is decided later, in a message, must not undo what was written meanwhile.
  const latest = useLatest({ entries, keep });
  /** An option that records may have is retired rather than removed, unless that is insisted on. */
  const keepRetired = (next: readonly Option[]) => {
    const gone = entries.find(([key]) => !next.some(([one]) => one === key));
    if (!gone || !published.includes(gone[0]) || read(gone[1]).whole.retired === true) {
      return keep(next);
    }
    const [key, one] = gone;
    keep(entries.map((each) => (each === gone ? [key, withRetired(one, true)] : each)));
    showToast(t("objects.option.retired_instead", { name: said(read(one).label) || key }), "done", {
      label: t("objects.option.remove_all_the_same"),
      run: () => latest.current.keep(latest.current.entries.filter(([each]) => each !== key)),
    });
  };
  return (
    <div className={styles.options}>
      <KeyedList<Option>
        items={entries}
        onChange={keepRetired}
        nameOf={([key, one]) => said(read(one).label) || key}
        readonly={readonly}
      >
        {([key, one], change) => (
          <div className={styles.option}>
            <LabelBlank
              label={t("objects.option.label")}
              value={read(one).label}
              onChange={(next) => change([key, withLabel(one, next)])}
              error={errorAt(key) ?? errorAt(`${key}.label`)}
              readonly={readonly}
            />
            {colored && (
              <ColorBlank
                name={said(read(one).label) || key}
                color={read(one).color}
                onChange={(next) => change([key, withColor(one, next)])}
                readonly={readonly}
              />
            )}
            <code className={styles.code} title={key}>
              {key}
            </code>
            <label className={styles.retired}>
              <input
                type="checkbox"
                checked={read(one).whole.retired === true}
                disabled={readonly}
                onChange={(event) => change([key, withRetired(one, event.target.checked)])}
                aria-label={t("objects.option.retired_of", { name: said(read(one).label) || key })}
              />
              {t("objects.option.retired")}
            </label>
          </div>
        )}
      </KeyedList>
      {!readonly && (
        <AddNamed
          stem="option"
          label={t("objects.option.add")}
          hint={t("objects.option.add_hint")}
          taken={entries.map(([key]) => key)}
          onAdd={(key, label) => keep([...entries, [key, label]])}
        />
      )}
      {!readonly && entries.length > 0 && <p className={styles.hint}>{t("objects.option.hint")}</p>}
    </div>
  );
}

function ColorBlank(props: {
  name: string;
  color: string;
  onChange: (next: string) => void;
  readonly: boolean;
}) {
  const { t } = useTranslation();
  const { name, color, onChange, readonly } = props;
  return (
    <span className={styles.color}>
      {color !== "" && <Tag color={tagColor(color)}>{name}</Tag>}
      {!readonly && (
        <select
          aria-label={t("objects.option.color_of", { name })}
          value={color}
          onChange={(event) => onChange(event.target.value)}
        >
          <option value="">{t("objects.option.plain")}</option>
          {TAG_COLORS.map((one) => (
            <option key={one} value={one}>
              {t(`objects.color.${one}`)}
            </option>
          ))}
        </select>
      )}
    </span>
  );
}
