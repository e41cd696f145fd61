import type { ObjectDef, RecordItem } from "@/shared/api/types";

/** What a record is called; `none` where it has no title, or one that the reader may not see. */
export function titleOf(
  object: ObjectDef | undefined,
  record: Partial<RecordItem>,
  none: string,
): string {
  const value = object?.title_field && record[object.title_field];
  return typeof value === "string" && value !== "" ? value : none;
}
