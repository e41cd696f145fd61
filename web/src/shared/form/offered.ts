/** The options that a form offers: a retired one only where it stands already. */
import type { Field, Option, Value } from "@/shared/api/types";

export function offeredOptions(field: Field, value: Value): Option[] {
  const stands = (key: string) =>
    Array.isArray(value) ? (value as unknown[]).includes(key) : value === key;
  return (field.options ?? []).filter((one) => !one.retired || stands(one.key));
}
