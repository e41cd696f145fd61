/** The editor of an expression with what the server says of it below: what is wrong, or what comes out. */
import { useQuery } from "@tanstack/react-query";
import { use, useId } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "@/shared/api/queries";
import { useSettled } from "@/shared/useSettled";
import { checkQuery, type Checked, type Wrong } from "./api";
import { ConditionPicker } from "./ConditionPicker";
import { CodeEditor } from "./CodeEditor";
import { Drafting } from "./drafting";
import type { ExpressionFieldProps } from "./ExpressionField";
import styles from "./ExpressionField.module.css";
import { inWords, type Say } from "./inWords";
import { unitsOf } from "./tokens";
import type zh from "./zh-CN.json";

const PAUSE = 350;

type Type = keyof typeof zh.expression.type;
type Word = keyof typeof zh.expression.word;

/** In words what it says, else what comes out of it. */
function Meaning({
  props,
  checked,
}: {
  props: ExpressionFieldProps;
  checked: Checked | undefined;
}) {
  const { t, i18n } = useTranslation();
  const catalog = useCatalog();
  const { value, object, roots = {}, expect } = props;
  const say: Say = (word, values) =>
    i18n.exists(`expression.word.${word}`)
      ? t(`expression.word.${word as Word}`, values ?? {})
      : undefined;
  const said = catalog && inWords(value, object, roots, catalog, say);
  const type = checked?.type;
  const parts = [
    said && said !== value && t("expression.reads_as", { words: said }),
    // What must come out, and does, needs no word.
    type !== undefined &&
      type !== expect &&
      i18n.exists(`expression.type.${type}`) &&
      t("expression.result", { type: t(`expression.type.${type as Type}`) }),
    checked?.uses_now && t("expression.moving"),
  ].filter(Boolean);
  return parts.length > 0 && <span className={styles.hint}>{parts.join(" · ")}</span>;
}

/** The text with a wrong place put right. */
function mended(value: string, { at, length, suggestion }: Wrong): string {
  const [from, to] = [unitsOf(value, at), unitsOf(value, at + length)];
  return value.slice(0, from) + (suggestion ?? "") + value.slice(to);
}

export function Written(props: ExpressionFieldProps & { focused: boolean }) {
  const { t } = useTranslation();
  const id = useId();
  const { label, object, roots, expect, value, onChange, error, readonly, placeholder } = props;
  const settled = useSettled(value, PAUSE);
  const drafting = use(Drafting);
  // The definition changes with each letter that is written here.
  const definition = useSettled(drafting.definition, PAUSE);
  const asked = { object, expression: settled, expect, roots, ...drafting, definition };
  const found = useQuery({
    ...checkQuery(asked),
    enabled: !readonly && settled.trim() !== "" && object !== "",
  });
  // An answer about another text says nothing of this one.
  const checked = settled === value ? found.data : undefined;
  const wrong = checked?.errors[0];
  const told = wrong?.message ?? (settled === value ? error : undefined);
  if (readonly) {
    return (
      <span className={styles.field}>
        <code className={styles.code}>{value || t("state.none")}</code>
        <Meaning props={props} checked={undefined} />
      </span>
    );
  }
  return (
    <span className={styles.field}>
      <CodeEditor
        label={label}
        value={value}
        onChange={onChange}
        asked={{ object, expect, roots, ...drafting }}
        wrong={wrong}
        invalid={told !== undefined}
        describedBy={`${id}-told`}
        placeholder={placeholder}
        focused={props.focused}
      />
      <span id={`${id}-told`} className={styles.told}>
        {told ? (
          <span className={styles.error} role="alert">
            {told}
            {wrong?.suggestion && (
              <button type="button" onClick={() => onChange(mended(value, wrong))}>
                {t("expression.mend", { suggestion: wrong.suggestion })}
              </button>
            )}
          </span>
        ) : (
          value.trim() !== "" && <Meaning props={props} checked={checked} />
        )}
      </span>
      {expect === "bool" && <ConditionPicker object={object} value={value} onChange={onChange} />}
    </span>
  );
}
