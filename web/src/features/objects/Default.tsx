/** What a new record has where nothing is said: nothing, a value, or what an expression gives at that moment. */
import { useTranslation } from "react-i18next";
import { labelIn, partOf, said, textIn } from "@/shared/definition/body";
import { ExpressionField } from "@/shared/expression/ExpressionField";
import { SelectField } from "@/shared/ui/SelectField";
import { TextField } from "@/shared/ui/TextField";
import { typeOf } from "./fields";
import { NumberField } from "./NumberField";
import styles from "./Objects.module.css";
import type { SettingProps } from "./setting";
import { groupOf } from "./types";

type Way = "none" | "value" | "expression";

function wayOf(value: unknown): Way {
  if (value === undefined || value === null) return "none";
  return typeof value === "object" && "value" in value ? "expression" : "value";
}

/** Whether a value of the type can be written here as it is; any other is worked out by an expression. */
function isPlain(type: string): boolean {
  const plain = ["text", "long_text", "phone", "email", "url", "checkbox", "choice", "date"];
  return groupOf(type) === "number" || plain.includes(type);
}

function FixedValue({ field, set, errorAt, readonly }: SettingProps) {
  const { t } = useTranslation();
  const type = typeOf(field);
  const error = errorAt("default");
  const shared = { label: t("objects.set.default_value"), error };
  if (groupOf(type) === "number") {
    const onChange = (next?: number) => set("default", next ?? "");
    return (
      <NumberField {...shared} value={field.default} readonly={readonly} onChange={onChange} />
    );
  }
  if (type === "checkbox") {
    return (
      <SelectField
        {...shared}
        value={field.default === true ? "yes" : "no"}
        options={[
          { key: "yes", label: t("state.yes") },
          { key: "no", label: t("state.no") },
        ]}
        disabled={readonly}
        onChange={(next) => set("default", next === "yes")}
      />
    );
  }
  if (type === "choice" && !textIn(field, "options_from")) {
    const options = Object.entries(partOf(field, "options")).map(([key, written]) => {
      const whole = partOf({ written }, "written");
      const label = "label" in whole ? labelIn(whole) : labelIn({ written }, "written");
      return { key, label: said(label) || key };
    });
    const value = textIn(field, "default");
    return (
      <SelectField
        {...shared}
        value={value}
        empty={value === "" ? t("form.choose") : undefined}
        options={options}
        disabled={readonly}
        onChange={(next) => set("default", next)}
      />
    );
  }
  return (
    <TextField
      {...shared}
      type={type === "date" ? "date" : "text"}
      value={textIn(field, "default")}
      readOnly={readonly}
      onChange={(next) => set("default", next)}
    />
  );
}

const START: Record<Way, unknown> = { none: undefined, value: "", expression: { value: "" } };

export function DefaultSetting(props: SettingProps) {
  const { t } = useTranslation();
  const { body, field, set, errorAt, readonly } = props;
  const way = wayOf(field.default);
  const ways = (["none", "value", "expression"] as const).filter(
    (one) => one !== "value" || way === "value" || isPlain(typeOf(field)),
  );
  return (
    <>
      <SelectField
        label={t("objects.set.default")}
        value={way}
        options={ways.map((one) => ({ key: one, label: t(`objects.default.${one}`) }))}
        disabled={readonly}
        onChange={(next) =>
          set(
            "default",
            next === "value" && typeOf(field) === "checkbox" ? true : START[next as Way],
          )
        }
      />
      {way === "value" && <FixedValue {...props} />}
      {way === "expression" && (
        <div className={styles.wide}>
          <span className={styles.caption}>{t("objects.set.default_expression")}</span>
          <ExpressionField
            label={t("objects.set.default_expression")}
            object={textIn(body, "object")}
            value={textIn(partOf(field, "default"), "value")}
            onChange={(next) => set("default", { value: next })}
            error={errorAt("default") ?? errorAt("default.value")}
            readonly={readonly}
            placeholder="today() + days(3)"
          />
        </div>
      )}
    </>
  );
}
