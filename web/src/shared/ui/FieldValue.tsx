/** A field's value to read, drawn by the field's type. */
import { Check } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Field, Ref } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { Avatar } from "./Avatar";
import styles from "./FieldValue.module.css";
import { Tag, tagColor } from "./Tag";

export function isBlank(value: unknown): value is null | undefined | "" {
  return value === null || value === undefined || value === "" || isEmptyList(value);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function isRef(value: unknown): value is Ref {
  return typeof value === "object" && value !== null && "label" in value;
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
  const option = field.options?.find((one) => one.key === value);
  if (field.type === "choice" && !option?.color) {
    return <span className={styles.text}>{option?.label ?? value}</span>;
  }
  return (
    <Tag color={tagColor(option?.color)} dot={field.type === "stage" || Boolean(option?.color)}>
      {option?.label ?? value}
    </Tag>
  );
}

interface FieldValueProps {
  field: Field;
  value: unknown;
  /** Give links where a value can be dialled, mailed or opened. */
  links?: boolean;
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

export function FieldValue({ field, value, links = false }: FieldValueProps) {
  const format = useFormat();
  const { t } = useTranslation();
  if (isBlank(value)) return <span className={styles.none}>{t("state.none")}</span>;
  if (isRef(value)) {
    return (
      <span className={styles.person}>
        {field.type === "person" && <Avatar name={value.label} />}
        <span>{value.label}</span>
      </span>
    );
  }
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
    case "money":
      return <span title={format.moneyFull(text)}>{format.money(text)}</span>;
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
    case "date":
      return format.date(text);
    case "datetime":
      return <Moment at={text} />;
    default:
      return <TextValue field={field} text={text} links={links} />;
  }
}
