/** A field's value to read, drawn by the field's type. */
import { Check, MapPin } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Address, Field, Place } from "@/shared/api/types";
import { currencyOf } from "@/shared/format/currency";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { Avatar } from "./Avatar";
import styles from "./FieldValue.module.css";
import { FileCards, FileMarks } from "./FileValue";
import { addressText, isAddress, isFiles, isPlace, isRef, placeText } from "./shapes";
import { Tag, tagColor } from "./Tag";

export function isBlank(value: unknown): value is null | undefined | "" {
  return value === null || value === undefined || value === "" || isEmptyList(value);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Whether the number runs from 0 to 100 and so can be drawn as a meter. */
function isMeter(field: Field): boolean {
  return field.type === "integer" && Number(field.min) === 0 && Number(field.max) === 100;
}

/** Whether the type is a quantity, which stands at the right of its column. */
export function isQuantity(field: Field): boolean {
  return ["integer", "decimal", "money", "percent"].includes(field.type) && !isMeter(field);
}

function Moment({ at }: { at: string }) {
  const format = useFormat();
  return <time title={format.momentFull(at)}>{format.moment(at, useNow())}</time>;
}

/** A tint is for what the metadata gives a colour; the rest stays quiet. */
function OptionValue({ field, value }: { field: Field; value: string }) {
  const { t } = useTranslation();
  const option = field.options?.find((one) => one.key === value);
  const label = option?.retired
    ? t("record.retired", { option: option.label })
    : (option?.label ?? t("record.removed_option", { option: value }));
  if (field.type === "choice" && !option?.color) {
    return <span className={styles.text}>{label}</span>;
  }
  return (
    <Tag color={tagColor(option?.color)} dot={field.type === "stage" || Boolean(option?.color)}>
      {label}
    </Tag>
  );
}

/** How much of a checklist is done; what is done is told on hover. */
function ChecklistValue({ field, done }: { field: Field; done: string[] }) {
  const { t } = useTranslation();
  const items = field.options?.filter((item) => !item.retired || done.includes(item.key)) ?? [];
  const ticked = items.filter((item) => done.includes(item.key));
  return (
    <span
      className={styles.meter}
      title={ticked.map((item) => item.label).join(t("state.between"))}
    >
      <span className={styles.track} aria-hidden>
        <span
          className={styles.fill}
          style={{ width: `${(100 * ticked.length) / Math.max(items.length, 1)}%` }}
        />
      </span>
      {ticked.length}/{items.length}
    </span>
  );
}

function PlaceValue({ place, links }: { place: Place; links: boolean }) {
  const text = placeText(place);
  if (!links) return <span className={styles.text}>{text}</span>;
  return (
    <a className={styles.place} href={`geo:${place.lat},${place.lng}`}>
      <MapPin size={14} aria-hidden />
      {text}
    </a>
  );
}

function AddressValue({ address }: { address: Address }) {
  const text = addressText(address, useFormat().locale);
  return (
    <span className={styles.text} title={text}>
      {text}
    </span>
  );
}

interface FieldValueProps {
  field: Field;
  value: unknown;
  /** Give links where a value can be dialled, mailed or opened; files in full. */
  links?: boolean;
  /** What the value stands among: it may say in which currency an amount is. */
  record?: Readonly<Record<string, unknown>>;
}

const SCHEMES: Partial<Record<Field["type"], string>> = {
  phone: "tel:",
  email: "mailto:",
  url: "",
};

function isSafeUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

function TextValue({ field, text, links }: { field: Field; text: string; links: boolean }) {
  const scheme = SCHEMES[field.type];
  if (!links || scheme === undefined || (field.type === "url" && !isSafeUrl(text))) {
    return (
      <span className={styles.text} title={text}>
        {text}
      </span>
    );
  }
  const outside = field.type === "url" ? { target: "_blank", rel: "noreferrer" } : {};
  return (
    <a className={styles.link} href={scheme + text} {...outside}>
      {text}
    </a>
  );
}

export function FieldValue({ field, value, links = false, record }: FieldValueProps) {
  const format = useFormat();
  const { t } = useTranslation();
  if (field.type === "checklist") {
    return <ChecklistValue field={field} done={Array.isArray(value) ? value.map(String) : []} />;
  }
  if (isBlank(value)) return <span className={styles.none}>{t("state.none")}</span>;
  if (isRef(value)) {
    return (
      <span className={styles.person}>
        {field.type === "person" && <Avatar name={value.label} />}
        <span>{value.label || t("state.none")}</span>
      </span>
    );
  }
  if (isFiles(value)) {
    return links ? (
      <FileCards field={field} files={value} />
    ) : (
      <FileMarks field={field} files={value} />
    );
  }
  if (isPlace(value)) return <PlaceValue place={value} links={links} />;
  if (isAddress(value)) return <AddressValue address={value} />;
  if (Array.isArray(value)) {
    return (
      <span className={styles.tags}>
        {value.map((one) => (
          <OptionValue key={String(one)} field={field} value={String(one)} />
        ))}
      </span>
    );
  }
  const text = String(value);
  switch (field.type) {
    case "choice":
    case "stage":
      return <OptionValue field={field} value={text} />;
    case "money": {
      const currency = currencyOf(field, record);
      return <span title={format.moneyFull(text, currency)}>{format.money(text, currency)}</span>;
    }
    case "percent":
      return format.percent(text);
    case "integer":
    case "decimal":
      if (!isMeter(field)) return format.number(text);
      return (
        <span className={styles.meter}>
          <span className={styles.track} aria-hidden>
            <span className={styles.fill} style={{ width: `${Number(text)}%` }} />
          </span>
          {text}
        </span>
      );
    case "checkbox":
      return value === true ? (
        <Check className={styles.yes} size={16} aria-label={t("state.yes")} />
      ) : (
        <span className={styles.none}>{t("state.no")}</span>
      );
    case "auto_number":
      return <span className={styles.number}>{text}</span>;
    case "date":
      return format.date(text);
    case "datetime":
      return <Moment at={text} />;
    default:
      return <TextValue field={field} text={text} links={links} />;
  }
}
