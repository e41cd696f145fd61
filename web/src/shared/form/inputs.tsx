/** One input for each field type: the registry that every form draws from. */
import { DatePicker, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { lazy, Suspense, useState, type ComponentProps, type ComponentType } from "react";
import { useTranslation } from "react-i18next";
import type { Field, FieldType, Value } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { DAY, HOUR } from "@/shared/format/times";
import { serverNow } from "@/shared/tick";
import { SkeletonBar } from "@/shared/ui/States";
import { useLinks } from "@/shared/useLinks";
import styles from "./Form.module.css";
import type { InputProps } from "./input";
import { instantOf, wallClockOf } from "./wallClock";

const MORNING = "T09:00:00";
const DAY_FORMAT = "YYYY-MM-DD";
const MOMENT_FORMAT = "YYYY-MM-DD HH:mm";
const WALL_CLOCK = "YYYY-MM-DDTHH:mm:00";

/** What every native input of a field has. */
function common({ id, field, invalid, describedBy }: InputProps) {
  return {
    id,
    className: styles.input,
    "aria-invalid": invalid,
    "aria-describedby": describedBy,
    "aria-required": field.required,
  };
}

function textOf(value: Value): string {
  return value === null || value === undefined || typeof value === "object" ? "" : String(value);
}

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
  return (
    <textarea
      {...common(props)}
      value={textOf(props.value)}
      onChange={(event) => props.onChange(event.target.value)}
    />
  );
}

function MoneyInput(props: InputProps) {
  const { moneyFull } = useFormat();
  const text = textOf(props.value);
  const isNumber = text.trim() !== "" && Number.isFinite(Number(text));
  return (
    <span className={styles.unit}>
      <NumberInput {...props} />
      {isNumber && <span>{moneyFull(text)}</span>}
    </span>
  );
}

/** People write per cent; the record keeps the fraction. */
function PercentInput(props: InputProps) {
  const [text, setText] = useState(() => {
    const known = textOf(props.value);
    return known === "" ? "" : String(Number((Number(known) * 100).toPrecision(12)));
  });
  return (
    <span className={styles.unit}>
      <NumberInput
        {...props}
        value={text}
        onChange={(value) => {
          const typed = textOf(value);
          setText(typed);
          const fraction = Number((Number(typed) / 100).toPrecision(12));
          // What is no number goes to the server as it is, and comes back with the reason.
          props.onChange(typed.trim() === "" || Number.isNaN(fraction) ? typed : String(fraction));
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
      options={field.options?.map(({ key, label }) => ({ value: key, label }))}
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
      options={field.options?.map(({ key, label }) => ({ value: key, label }))}
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
      allowClear
      showSearch={{ filterOption: false, onSearch: setQ }}
      loading={loading}
      status={invalid ? "error" : ""}
    />
  );
}

function DateInput({ id, value, onChange, invalid }: InputProps) {
  return (
    <DatePicker
      id={id}
      value={textOf(value) ? dayjs(textOf(value)) : null}
      onChange={(day: Dayjs | null) => onChange(day ? day.format(DAY_FORMAT) : null)}
      format={DAY_FORMAT}
      status={invalid ? "error" : ""}
    />
  );
}

/** Picked as the company's wall clock; the usual moments to call again are one click. */
function MomentInput({ id, value, onChange, invalid }: InputProps) {
  const { t } = useTranslation();
  const { zone } = useFormat();
  const wall = (instant: string | number) => dayjs(wallClockOf(instant, zone));
  const morningIn = (days: number) =>
    dayjs(wallClockOf(serverNow() + days * DAY, zone).slice(0, DAY_FORMAT.length) + MORNING);
  return (
    <DatePicker
      id={id}
      value={textOf(value) ? wall(textOf(value)) : null}
      onChange={(day: Dayjs | null) =>
        onChange(day ? instantOf(day.format(WALL_CLOCK), zone) : null)
      }
      showTime={{ format: "HH:mm", minuteStep: 5 }}
      format={MOMENT_FORMAT}
      presets={[
        { label: t("form.in_an_hour"), value: wall(serverNow() + HOUR) },
        { label: t("form.tomorrow"), value: morningIn(1) },
        { label: t("form.in_days", { count: 3 }), value: morningIn(3) },
        { label: t("form.in_days", { count: 7 }), value: morningIn(7) },
      ]}
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
