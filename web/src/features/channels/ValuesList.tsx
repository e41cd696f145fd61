/** Fields with a fixed value each. */
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Field } from "@/shared/api/types";
import { ChoiceBlank, TextBlank } from "@/shared/sentence/blanks";
import { Sentence } from "@/shared/sentence/Sentence";
import { Button } from "@/shared/ui/Button";
import styles from "./Channels.module.css";
import { choicesOf } from "./fields";

interface ValueBlankProps {
  label: string;
  field: Field | undefined;
  value: string;
  empty?: string;
  error?: string;
  readonly: boolean;
  onChange: (value: string) => void;
}

/** A value of a field: one of its options where it has some. */
export function ValueBlank({ field, empty, ...blank }: ValueBlankProps) {
  const options = field?.options ?? [];
  return options.length > 0 ? (
    <ChoiceBlank {...blank} empty={empty} options={options} />
  ) : (
    <TextBlank {...blank} placeholder={empty} />
  );
}

interface ValuesListProps {
  label: string;
  hint: string;
  fields: readonly Field[];
  values: Record<string, unknown>;
  readonly: boolean;
  onChange: (field: string, value: string | undefined) => void;
}

export function ValuesList({ label, hint, fields, values, readonly, onChange }: ValuesListProps) {
  const { t } = useTranslation();
  const free = fields.filter((field) => !(field.name in values));
  return (
    <div className={styles.stack}>
      <p className={styles.mute}>{hint}</p>
      {Object.entries(values).map(([name, value]) => {
        const field = fields.find((one) => one.name === name);
        const said = field?.label ?? name;
        return (
          <div key={name} className={styles.row}>
            <Sentence
              words={t("channel.is")}
              blanks={{
                field: <strong>{said}</strong>,
                value: (
                  <ValueBlank
                    label={said}
                    field={field}
                    value={String(value)}
                    readonly={readonly}
                    onChange={(next) => onChange(name, next)}
                  />
                ),
              }}
            />
            {!readonly && (
              <Button
                look="ghost"
                icon={<X size={15} />}
                aria-label={t("channel.take_away", { name: said })}
                onClick={() => onChange(name, undefined)}
              />
            )}
          </div>
        );
      })}
      {!readonly && (
        <ChoiceBlank
          label={label}
          value=""
          empty={label}
          options={choicesOf(free)}
          onChange={(name) => name && onChange(name, "")}
        />
      )}
    </div>
  );
}
