/** Which lists of children a record has. */
import type { Field, ObjectDef } from "@/shared/api/types";

export type Related = Field & { object: string; by: string };

/** The lists of children that the reader may see: those whose object is in the reader's catalog. */
export function relatedFields(object: ObjectDef, objects: readonly ObjectDef[]): Related[] {
  const known = new Set(objects.map((one) => one.name));
  return object.fields.filter(
    (field): field is Related =>
      field.type === "children" && Boolean(field.by) && known.has(field.object ?? ""),
  );
}
