/** A field's value as plain words, where no drawing fits: changes, titles, gates. */
import type { Field } from "@/shared/api/types";
import type { Format } from "@/shared/format/useFormat";
import { addressText, isAddress, isFiles, isPlace, placeText } from "./shapes";

function optionLabel(field: Field | undefined, key: unknown): string {
  return field?.options?.find((one) => one.key === key)?.label ?? String(key);
}

export function fieldText(
  field: Field | undefined,
  value: unknown,
  format: Format,
  words: { none: string; yes: string; no: string },
): string {
  if (value === null || value === undefined || value === "") return words.none;
  if (isFiles(value)) return value.map((file) => file.name).join(", ");
  if (isPlace(value)) return placeText(value);
  if (isAddress(value)) return addressText(value, format.locale);
  if (Array.isArray(value)) return value.map((one) => optionLabel(field, one)).join(", ");
  if (typeof value === "object") return "label" in value ? String(value.label) : words.none;
  if (typeof value === "boolean") return value ? words.yes : words.no;
  const text = String(value);
  switch (field?.type) {
    case "choice":
    case "stage":
      return optionLabel(field, value);
    case "money":
      return format.moneyFull(text);
    case "percent":
      return format.percent(text);
    case "integer":
    case "decimal":
      return format.number(text);
    case "date":
      return format.date(text);
    case "datetime":
      return format.momentFull(text);
    default:
      return text;
  }
}
