/** A field's value as plain words, where no drawing fits: changes, titles, gates. */
import { useTranslation } from "react-i18next";
import type { Field } from "@/shared/api/types";
import { currencyOf } from "@/shared/format/currency";
import { useFormat } from "@/shared/format/useFormat";
import { addressText, isAddress, isFiles, isPlace, placeText } from "./shapes";

type Texts = (
  field: Field | undefined,
  value: unknown,
  /** What the value stands among: it may say in which currency an amount is. */
  record?: Readonly<Record<string, unknown>>,
) => string;

export function useFieldText(): Texts {
  const { t } = useTranslation();
  const format = useFormat();
  const optionLabel = (field: Field | undefined, key: unknown) =>
    !field?.options
      ? String(key)
      : (field.options.find((one) => one.key === key)?.label ??
        t("record.removed_option", { option: key }));
  return (field, value, record) => {
    if (value === null || value === undefined || value === "") return t("state.none");
    if (isFiles(value))
      return value.map((file) => file.name ?? t("state.file")).join(t("state.between"));
    if (isPlace(value)) return placeText(value);
    if (isAddress(value)) return addressText(value, format.locale);
    if (Array.isArray(value))
      return value.map((one) => optionLabel(field, one)).join(t("state.between"));
    if (typeof value === "object") return "label" in value ? String(value.label) : t("state.none");
    if (typeof value === "boolean") return t(value ? "state.yes" : "state.no");
    const text = String(value);
    switch (field?.type) {
      case "choice":
      case "stage":
        return optionLabel(field, value);
      case "money":
        return format.moneyFull(text, currencyOf(field, record));
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
  };
}
