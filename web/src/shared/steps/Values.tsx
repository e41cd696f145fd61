/** Fields and the values that they get, one a line. */
import { useTranslation } from "react-i18next";
import type { Field } from "@/shared/api/types";
import { put } from "@/shared/definition/body";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { RemoveButton } from "@/shared/sentence/RemoveButton";
import { Sentence } from "@/shared/sentence/Sentence";
import type { Around } from "./around";
import { renamed, sourceOf } from "./model";
import styles from "./Steps.module.css";
import { ValueBlank } from "./ValueBlank";

interface ValuesProps {
  /** The key that the values stand under in the step: `set`, `values`. */
  name: string;
  values: Record<string, unknown>;
  /** What may be given a value. */
  fields: Field[];
  /** All that the record has: an app may set what people can't, which goes by its label too. */
  known: readonly Field[];
  onChange: (next: Record<string, unknown>) => void;
  around: Around;
  /** A sentence with the blanks `<field>` and `<value>`. */
  words: string;
}

export function Values(props: ValuesProps) {
  const { t } = useTranslation();
  const { name, values, fields, known, onChange, around, words } = props;
  const free = fields.filter((field) => !(field.name in values));
  return (
    <div className={styles.values}>
      {Object.entries(values).map(([key, value], at) => {
        const field = known.find((one) => one.name === key);
        const offered = known.filter(
          (one) => one.name === key || (fields.includes(one) && !(one.name in values)),
        );
        return (
          <div key={at} className={styles.line}>
            <Sentence
              words={words}
              blanks={{
                field: (
                  <ChoiceBlank
                    label={t("steps.field")}
                    value={key}
                    options={offered.map((one) => ({ key: one.name, label: one.label }))}
                    onChange={(next) => next && onChange(renamed(values, key, next))}
                    readonly={around.readonly}
                  />
                ),
                value: (
                  <ValueBlank
                    label={t("steps.value_of", { name: field?.label ?? key })}
                    field={field}
                    value={sourceOf(value)}
                    onChange={(next) => onChange(put(values, key, next))}
                    error={around.problems[`${around.at}.${name}.${key}`]}
                    around={around}
                  />
                ),
              }}
            />
            {!around.readonly && (
              <RemoveButton
                name={field?.label ?? key}
                onClick={() => onChange(put(values, key, undefined))}
              />
            )}
          </div>
        );
      })}
      {!around.readonly && free.length > 0 && (
        <select
          className={styles.adder}
          aria-label={t("steps.add_field")}
          value=""
          onChange={(event) => onChange({ ...values, [event.target.value]: "" })}
        >
          <option value="">{t("steps.add_field")}</option>
          {free.map((field) => (
            <option key={field.name} value={field.name}>
              {field.label}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
