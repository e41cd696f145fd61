/** The files of a record, gathered from all its fields. */
import type { Field, FileRef, ObjectDef, RecordItem } from "@/shared/api/types";
import { isFiles } from "@/shared/ui/shapes";

export interface HeldFile {
  field: Field;
  file: FileRef;
}

const TYPES = new Set<Field["type"]>(["file", "photo", "voice"]);

export function isOfFiles(field: Field): boolean {
  return TYPES.has(field.type);
}

/** Nothing of an object that holds no files. */
export function filesIn(object: ObjectDef, record: RecordItem): HeldFile[] | undefined {
  const fields = object.fields.filter(isOfFiles);
  if (fields.length === 0) return undefined;
  return fields.flatMap((field) => {
    const value = record[field.name];
    return isFiles(value) ? value.map((file) => ({ field, file })) : [];
  });
}
