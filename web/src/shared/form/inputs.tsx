/** One input for each field type: the registry that every form draws from. */
import { Select } from "antd";
import { lazy, Suspense, useState, type ComponentProps, type ComponentType } from "react";
import { useTranslation } from "react-i18next";
import type { Field, FieldType, Value } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { SkeletonBar } from "@/shared/ui/States";
import { useLinks } from "@/shared/useLinks";
import { Dictate } from "./Dictate";
import styles from "./Form.module.css";
import { common, textOf, type InputProps } from "./input";
import { offeredOptions } from "./offered";
import { DateInput, MomentInput } from "./pickers";

function nativeInput(native: ComponentProps<"input">) {
  return function NativeInput(props: InputProps) {
    return (
      <input
        {...common(props)}
        {...native}
        autoComplete="off"
        value={textOf(props.value)}
        onChange={(event) => props.onChange(event.target.value)}
      />
    );
  };
}

/** Also of a type that this client doesn't know. */
export const TextInput = nativeInput({ type: "text" });
const NumberInput = nativeInput({ type: "text", inputMode: "decimal" });

function LongText(props: InputProps) {
  const text = textOf(props.value);
  return (
    <>
      <textarea
        {...common(props)}
        value={text}
        onChange={(event) => props.onChange(event.target.value)}
      />
      <Dictate id={props.id} onHeard={(more) => props.onChange(text + more)} />
    </>
  );
}

function MoneyInput(props: InputProps) {
  const { moneyFull } = useFormat();
  const text = textOf(props.value);
  const isNumber = text.trim() !== "" && Number.isFinite(Number(text));
  return (
    <span className={styles.unit}>
      <NumberInput {...props} />
      {isNumber && <span>{moneyFull(text, props.currency)}</span>}
    </span>
  );
}

/** What is shown of a fraction: per cent, without what floating points add. */
function percentOf(value: Value): string {
  const known = textOf(value);
  return known === "" ? "" : String(Number((Number(known) * 100).toPrecision(12)));
}

/** People write per cent; the record keeps the fraction. */
function PercentInput(props: InputProps) {
  // As it was typed, for as long as the draft holds what that came to.
  const [typed, setTyped] = useState<{ text: string; value: Value }>();
  const text = typed && typed.value === props.value ? typed.text : percentOf(props.value);
  return (
    <span className={styles.unit}>
      <NumberInput
        {...props}
        value={text}
        onChange={(next) => {
          const written = textOf(next);
          const fraction = Number((Number(written) / 100).toPrecision(12));
          // What is no number goes to the server as it is, and comes back with the reason.
          const value =
            written.trim() === "" || Number.isNaN(fraction) ? written : String(fraction);
          setTyped({ text: written, value });
          props.onChange(value);
        }}
      />
      <span>%</span>
    </span>
  );
}

function Checkbox({ id, value, onChange, describedBy }: InputProps) {
  return (
    <input
      id={id}
      type="checkbox"
      className={styles.check}
      checked={value === true}
      aria-describedby={describedBy}
      onChange={(event) => onChange(event.target.checked)}
    />
  );
}

const byLabel = { optionFilterProp: "label" } as const;

function Choice({ id, field, value, onChange, invalid }: InputProps) {
  const { t } = useTranslation();
  return (
    <Select
      id={id}
      value={textOf(value) || null}
      options={offeredOptions(field, value).map(({ key, label }) => ({ value: key, label }))}
      labelRender={({ label, value: key }) => label ?? t("record.removed_option", { option: key })}
      onChange={(next: string | undefined) => onChange(next ?? null)}
      placeholder={t("form.choose")}
      allowClear={!field.required}
      showSearch={byLabel}
      status={invalid ? "error" : ""}
    />
  );
}

function MultiChoice({ id, field, value, onChange, invalid }: InputProps) {
  const { t } = useTranslation();
  return (
    <Select
      id={id}
      mode="multiple"
      value={Array.isArray(value) ? value.map(String) : []}
      options={offeredOptions(field, value).map(({ key, label }) => ({ value: key, label }))}
      labelRender={({ label, value: key }) => label ?? t("record.removed_option", { option: key })}
      onChange={(next: string[]) => onChange(next)}
      placeholder={t("form.choose")}
      showSearch={byLabel}
      status={invalid ? "error" : ""}
    />
  );
}

/** Choose one of what a search finds; the one chosen before stays in the list. */
function LinkInput({ id, field, value, onChange, invalid }: InputProps) {
  const { t } = useTranslation();
  const [q, setQ] = useState("");
  const { found, loading } = useLinks(field, q);
  const chosen = value && typeof value === "object" && "id" in value ? value : null;
  const all = chosen && !found.some((one) => one.id === chosen.id) ? [chosen, ...found] : found;
  return (
    <Select
      id={id}
      value={chosen?.id ?? null}
      options={all.map((one) => ({ value: one.id, label: one.label }))}
      onChange={(next: string | undefined) => onChange(all.find((one) => one.id === next) ?? null)}
      placeholder={t("form.choose")}
      allowClear={!field.required}
      showSearch={{ filterOption: false, onSearch: setQ }}
      loading={loading}
      status={invalid ? "error" : ""}
    />
  );
}

const parts = () => import("./parts");

/** An input of several parts; it is fetched when the first form has one. */
function composite(name: "Checklist" | "Place" | "Address" | "Files") {
  const Lazy = lazy(async () => ({ default: (await parts())[name] }));
  return function Composite(props: InputProps) {
    return (
      <Suspense fallback={<SkeletonBar width="60%" />}>
        <Lazy {...props} />
      </Suspense>
    );
  };
}

const FilesInput = composite("Files");

/** The types whose input has several parts, so that its label names a group and no single control. */
const COMPOSITES: Partial<Record<FieldType, ComponentType<InputProps>>> = {
  checklist: composite("Checklist"),
  place: composite("Place"),
  address: composite("Address"),
  file: FilesInput,
  photo: FilesInput,
  voice: FilesInput,
};

export const INPUTS: Partial<Record<FieldType, ComponentType<InputProps>>> = {
  ...COMPOSITES,
  text: TextInput,
  long_text: LongText,
  integer: nativeInput({ type: "text", inputMode: "numeric" }),
  decimal: NumberInput,
  money: MoneyInput,
  percent: PercentInput,
  date: DateInput,
  datetime: MomentInput,
  checkbox: Checkbox,
  choice: Choice,
  multi_choice: MultiChoice,
  stage: Choice,
  person: LinkInput,
  relation: LinkInput,
  department: LinkInput,
  phone: nativeInput({ type: "tel", inputMode: "tel" }),
  email: nativeInput({ type: "email", inputMode: "email" }),
  url: nativeInput({ type: "url", inputMode: "url" }),
};

export function isComposite(field: Field): boolean {
  return field.type in COMPOSITES;
}
