/** Draws any object's or operation's form from its fields. */
import { ChevronRight, Phone } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Field, Value } from "@/shared/api/types";
import { cx } from "@/shared/ui/cx";
import { FieldValue, isBlank } from "@/shared/ui/FieldValue";
import { AntdProvider } from "./antd";
import styles from "./Form.module.css";
import { INPUTS, isComposite, TextInput } from "./inputs";
import { arrange, type Draft, type Errors } from "./model";

const MOST_CHIPS = 8;

export interface FormProps {
  fields: readonly Field[];
  draft: Draft;
  errors: Errors;
  onChange: (name: string, value: Value) => void;
  /** `rows` reads like a page and is edited in place; `stack` is to be filled. */
  layout: "rows" | "stack";
  /** The core fields first and the rest folded away. */
  folded?: boolean;
  /** Short choices lie open, one tap each. */
  chips?: boolean;
  readonly?: boolean;
}

/** A choice as a row of radio buttons. */
function Chips({
  field,
  id,
  value,
  onChange,
}: {
  field: Field;
  id: string;
  value: Value;
  onChange: (value: Value) => void;
}) {
  return (
    <div className={styles.chips} role="radiogroup" aria-labelledby={`${id}-label`}>
      {field.options?.map((option) => (
        <label key={option.key} className={styles.chip}>
          <input
            type="radio"
            name={id}
            checked={value === option.key}
            onChange={() => onChange(option.key)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </div>
  );
}

function FormField({ field, ...form }: { field: Field } & FormProps) {
  const { t } = useTranslation();
  const id = useId();
  const value = form.draft[field.name];
  const error = form.errors[field.name];
  const readonly = form.readonly || field.readonly;
  const asChips =
    form.chips && field.type === "choice" && (field.options?.length ?? 0) <= MOST_CHIPS;
  const Input = INPUTS[field.type] ?? TextInput;
  const onChange = (next: Value) => form.onChange(field.name, next);
  return (
    <div className={styles.field}>
      <label
        id={`${id}-label`}
        htmlFor={readonly || asChips || isComposite(field) ? undefined : id}
        className={cx(styles.label, field.required && !readonly && styles.required)}
      >
        {field.label}
      </label>
      <div className={styles.value}>
        {readonly ? (
          <div className={styles.readonly}>
            <FieldValue field={field} value={value} links />
          </div>
        ) : asChips ? (
          <Chips field={field} id={id} value={value} onChange={onChange} />
        ) : (
          <Input
            field={field}
            id={id}
            value={value}
            onChange={onChange}
            invalid={error !== undefined}
            describedBy={error === undefined ? undefined : `${id}-error`}
          />
        )}
        {field.type === "phone" && !readonly && form.layout === "rows" && !isBlank(value) && (
          <a className={styles.dial} href={`tel:${String(value)}`} aria-label={t("do.dial")}>
            <Phone size={16} />
          </a>
        )}
      </div>
      {error !== undefined && (
        <p id={`${id}-error`} className={styles.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

export default function Form(props: FormProps) {
  const { fields, errors, folded = false, layout } = props;
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { core, more } = folded ? arrange(fields) : { core: fields, more: [] };
  // An error must not hide behind the fold.
  const unfolded = open || more.some((field) => errors[field.name] !== undefined);
  return (
    <AntdProvider>
      <div className={cx(styles.form, styles[layout])}>
        {core.map((field) => (
          <FormField key={field.name} {...props} field={field} />
        ))}
        {more.length > 0 && (
          <button
            type="button"
            className={styles.more}
            aria-expanded={unfolded}
            onClick={() => setOpen(!open)}
          >
            <ChevronRight size={14} aria-hidden />
            {t("form.more", { count: more.length })}
          </button>
        )}
        {unfolded && more.map((field) => <FormField key={field.name} {...props} field={field} />)}
      </div>
    </AntdProvider>
  );
}
