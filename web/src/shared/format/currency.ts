/** In which currency an amount is, where the record itself says so. */
import type { Field } from "@/shared/api/types";

type Values = Readonly<Record<string, unknown>>;

/** An amount whose currency one can't tell: it is written as a number. */
export const NO_CURRENCY = "";

/** The code of the currency; nothing means the company's own, as does a record that has chosen none. */
export function currencyOf(field: Field, record: Values | undefined): string | undefined {
  if (!field.currency) return undefined;
  const code = record?.[field.currency];
  if (typeof code === "string" && code) return code;
  return record && field.currency in record ? undefined : NO_CURRENCY;
}

/** The fields without those that only say in which currency another of them is, since its sign does. */
export function withoutCurrencies(fields: Field[]): Field[] {
  const said = new Set(fields.map((field) => field.currency));
  return fields.filter((field) => !said.has(field.name));
}
