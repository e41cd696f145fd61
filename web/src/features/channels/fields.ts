/** The fields of an object that a channel may fill. */
import type { Field, ObjectDef } from "@/shared/api/types";
import type { Choice } from "@/shared/sentence/blanks";

/** Types that a page can ask a visitor for. */
const ASKED = new Set([
  ...["text", "long_text", "phone", "email", "url", "integer", "decimal", "money", "percent"],
  ...["date", "choice", "multi_choice", "checkbox"],
]);

export function fillable(object: ObjectDef | undefined): Field[] {
  return (object?.fields ?? []).filter(
    (field) => !field.system && !field.readonly && field.type !== "children",
  );
}

export function askable(object: ObjectDef | undefined): Field[] {
  return fillable(object).filter((field) => ASKED.has(field.type));
}

export function choicesOf(fields: readonly Field[]): Choice[] {
  return fields.map(({ name, label }) => ({ key: name, label }));
}
