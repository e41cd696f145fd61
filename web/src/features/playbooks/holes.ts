/** What stands in braces in a text becomes a field's value; here it is shown by the field's name. */
import type { Field } from "@/shared/api/types";

const HOLE = /\{(\w+)\}/g;

export function filled(text: string, fields: readonly Field[]): string {
  return text.replace(HOLE, (hole, name: string) => {
    const field = fields.find((one) => one.name === name);
    return field ? `[${field.label}]` : hole;
  });
}
