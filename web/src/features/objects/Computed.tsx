/** Settings of fields that the kernel fills: formulas and automatic numbers. */
import { useTranslation } from "react-i18next";
import { textIn } from "@/shared/definition/body";
import { ExpressionField } from "@/shared/expression/ExpressionField";
import { SelectField } from "@/shared/ui/SelectField";
import { TextField } from "@/shared/ui/TextField";
import styles from "./Objects.module.css";
import type { SettingProps } from "./setting";
import { useTypeWords } from "./types";

export function FormulaSource({ body, field, types, set, errorAt, readonly }: SettingProps) {
  const { t } = useTranslation();
  const { nameOf } = useTypeWords();
  return (
    <>
      <div className={styles.wide}>
        <span className={styles.caption}>{t("objects.set.value")}</span>
        <ExpressionField
          label={t("objects.set.value")}
          object={textIn(body, "object")}
          value={textIn(field, "value")}
          onChange={(next) => set("value", next)}
          error={errorAt("value")}
          readonly={readonly}
          placeholder={t("objects.set.value_example")}
        />
      </div>
      <SelectField
        label={t("objects.set.result")}
        value={textIn(field, "result")}
        empty={t("objects.set.result_any")}
        options={types.results.map((one) => ({ key: one, label: nameOf(one) }))}
        error={errorAt("result")}
        disabled={readonly}
        onChange={(next) => set("result", next || undefined)}
      />
    </>
  );
}

export function NumberFormat({ field, set, errorAt, readonly }: SettingProps) {
  const { t } = useTranslation();
  return (
    <TextField
      label={t("objects.set.format")}
      value={textIn(field, "format")}
      placeholder="Q-{year}-{number:5}"
      hint={t("objects.set.format_hint")}
      error={errorAt("format")}
      readOnly={readonly}
      onChange={(next) => set("format", next)}
      maxLength={100}
    />
  );
}
