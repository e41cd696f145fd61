/** Draws any object's or operation's form from its fields. */
import { ChevronRight, Phone } from "lucide-react";
import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Field, Section, Value } from "@/shared/api/types";
import { cx } from "@/shared/ui/cx";
import { currencyOf } from "@/shared/format/currency";
import { FieldValue, isBlank } from "@/shared/ui/FieldValue";
import { AntdProvider } from "./antd";
import styles from "./Form.module.css";
import { INPUTS, isComposite, TextInput } from "./inputs";
import { arrange, parted, type Draft, type Errors } from "./model";
import { Moments } from "./Moments";
import { offeredOptions } from "./offered";

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
  /** What the rest is grouped under. */
  sections?: readonly Section[];
  /** Short choices and the usual moments lie open, one tap each. */
  chips?: boolean;
  readonly?: boolean;
}

/** A choice as a row of radio buttons, or of boxes to tick where it takes several. */
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
  const several = field.type === "multi_choice";
  const chosen = several && Array.isArray(value) ? (value as string[]) : [];
  const toggled = (key: string) =>
    (field.options ?? [])
      .map((option) => option.key)
      .filter((one) => chosen.includes(one) !== (one === key));
  return (
    <div
      className={styles.chips}
      role={several ? "group" : "radiogroup"}
      aria-labelledby={`${id}-label`}
    >
      {offeredOptions(field, value).map(({ key, label }) => (
        <label key={key} className={styles.chip}>
          <input
            type={several ? "checkbox" : "radio"}
            name={id}
            checked={several ? chosen.includes(key) : value === key}
            onChange={() => onChange(several ? toggled(key) : key)}
          />
          <span>{label}</span>
        </label>
      ))}
    </div>
  );
}

const CHIP_TYPES = new Set(["choice", "multi_choice"]);

function FormField({ field, ...form }: { field: Field } & FormProps) {
  const { t } = useTranslation();
  const id = useId();
  const value = form.draft[field.name];
  const error = form.errors[field.name];
  const readonly = form.readonly || field.readonly;
  const asChips =
    form.chips && CHIP_TYPES.has(field.type) && offeredOptions(field, value).length <= MOST_CHIPS;
  const Input = INPUTS[field.type] ?? TextInput;
  const onChange = (next: Value) => form.onChange(field.name, next);
  return (
    <div className={styles.field} data-wrong={error === undefined ? undefined : ""}>
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
            <FieldValue field={field} value={value} links record={form.draft} />
          </div>
        ) : asChips ? (
          <Chips field={field} id={id} value={value} onChange={onChange} />
        ) : (
          <Input
            field={field}
            id={id}
            value={value}
            currency={currencyOf(field, form.draft)}
            onChange={onChange}
            invalid={error !== undefined}
            describedBy={error === undefined ? undefined : `${id}-error`}
            placeholder={form.layout === "rows" ? t("form.empty") : undefined}
          />
        )}
        {field.type === "phone" && !readonly && form.layout === "rows" && !isBlank(value) && (
          <a className={styles.dial} href={`tel:${String(value)}`} aria-label={t("do.dial")}>
            <Phone size={16} />
          </a>
        )}
      </div>
      {form.chips && field.type === "datetime" && !readonly && (
        <Moments value={value} onChange={onChange} />
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className={styles.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** What is folded away until it is asked for; an error must not hide in it, and stays in sight while it is mended. */
function Fold({
  label,
  count,
  wrong,
  ready = false,
  section = false,
  children,
}: {
  label: string;
  count?: number;
  wrong: boolean;
  /** Whether it is open at first. */
  ready?: boolean;
  section?: boolean;
  children: ReactNode;
}) {
  const id = useId();
  const [open, setOpen] = useState(ready);
  if (wrong && !open) setOpen(true);
  return (
    <>
      <button
        id={id}
        type="button"
        className={cx(styles.more, section && styles.section)}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <ChevronRight size={14} aria-hidden />
        {label}
        {count !== undefined && <span className={styles.count}>{count}</span>}
      </button>
      {open && (
        <div className={styles.part} role="group" aria-labelledby={id}>
          {children}
        </div>
      )}
    </>
  );
}

/** The fields of one section under its name. */
function Group({ label, children }: { label: string; children: ReactNode }) {
  const id = useId();
  return (
    <div className={styles.part} role="group" aria-labelledby={id}>
      <p id={id} className={styles.section}>
        {label}
      </p>
      {children}
    </div>
  );
}

/** Bring the first field of which something new is wrong into sight. */
function useScrollToError(errors: Errors) {
  const form = useRef<HTMLDivElement>(null);
  const told = useRef<Errors>({});
  useEffect(() => {
    const isNew = Object.keys(errors).some((name) => errors[name] !== told.current[name]);
    told.current = errors;
    if (isNew) form.current?.querySelector("[data-wrong]")?.scrollIntoView({ block: "center" });
  }, [errors]);
  return form;
}

export default function Form(props: FormProps) {
  const { fields, sections = [], draft, errors, folded = false, layout } = props;
  const { t } = useTranslation();
  const form = useScrollToError(errors);
  const { core, more } = folded ? arrange(fields) : { core: fields, more: [] };
  const { loose, parts } = parted(more, sections);
  const draw = (some: readonly Field[]) =>
    some.map((field) => <FormField key={field.name} {...props} field={field} />);
  const wrong = (some: readonly Field[]) => some.some((field) => errors[field.name] !== undefined);
  // A page shows its sections, those in which something is filled open; what is to be filled is one fold.
  const byPart = layout === "rows" && parts.length > 0;
  return (
    <AntdProvider>
      <div ref={form} className={cx(styles.form, styles[layout])}>
        {draw(core)}
        {byPart ? (
          <>
            {draw(loose)}
            {parts.map((part) => (
              <Fold
                key={part.key}
                label={part.label}
                count={part.fields.length}
                wrong={wrong(part.fields)}
                ready={part.fields.some((field) => !isBlank(draft[field.name]))}
                section
              >
                {draw(part.fields)}
              </Fold>
            ))}
          </>
        ) : (
          more.length > 0 && (
            <Fold label={t("form.more", { count: more.length })} wrong={wrong(more)}>
              {draw(loose)}
              {parts.map((part) => (
                <Group key={part.key} label={part.label}>
                  {draw(part.fields)}
                </Group>
              ))}
            </Fold>
          )
        )}
      </div>
    </AntdProvider>
  );
}
