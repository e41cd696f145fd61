/** The value that a field gets: one of its options, or an expression. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Field } from "@/shared/api/types";
import { ExpressionField, type ExpressionType } from "@/shared/expression/ExpressionField";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import type { Around } from "./around";
import { literalOf, typeNameOf } from "./model";
import styles from "./Steps.module.css";

interface ValueBlankProps {
  label: string;
  field: Field | undefined;
  value: string;
  onChange: (next: string) => void;
  error?: string;
  around: Around;
}

const BY_EXPRESSION = "=";
const NOTHING = "null";

export function ValueBlank({ label, field, value, onChange, error, around }: ValueBlankProps) {
  const { t } = useTranslation();
  const [written, setWritten] = useState(false);
  const chosen = value === NOTHING ? NOTHING : literalOf(value);
  const options = field?.options?.filter((one) => !one.retired || one.key === chosen) ?? [];
  const plain = value === "" || value === NOTHING || options.some((one) => one.key === chosen);
  const byChoice = options.length > 0 && plain && !written;
  const type = field && typeNameOf(field)?.split(":")[0];
  return (
    <span className={styles.value}>
      {options.length > 0 && (!around.readonly || byChoice) && (
        <ChoiceBlank
          label={label}
          value={byChoice ? (chosen ?? "") : BY_EXPRESSION}
          options={[
            ...options,
            { key: NOTHING, label: t("steps.nothing") },
            { key: BY_EXPRESSION, label: t("steps.by_expression") },
          ]}
          onChange={(next) => {
            setWritten(next === BY_EXPRESSION);
            if (next !== BY_EXPRESSION) onChange(next === NOTHING ? NOTHING : `'${next}'`);
          }}
          readonly={around.readonly}
          error={byChoice ? error : undefined}
        />
      )}
      {!byChoice && (
        <span className={styles.expression}>
          <ExpressionField
            label={label}
            object={around.object}
            roots={around.roots}
            expect={type && type !== "list" ? (type as ExpressionType) : undefined}
            value={value}
            onChange={onChange}
            readonly={around.readonly}
            error={error}
          />
        </span>
      )}
    </span>
  );
}
