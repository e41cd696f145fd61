/** What the command menu offers: entries in sections, from what was found and from the metadata. */
import type { LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Catalog, ObjectDef, RecordItem } from "@/shared/api/types";
import type { Picking } from "@/shared/commands";
import { isRef } from "@/shared/ui/shapes";

/** What happens when an entry is chosen; one that is only told has nothing. */
export type Target = { link: LinkProps } | { picking: Picking };

export interface Entry {
  id: string;
  label: string;
  hint?: string;
  icon?: ReactNode;
  /** Further words that it is found by. */
  words?: string;
  target?: Target;
}

export interface Section {
  key: string;
  label: string;
  entries: Entry[];
}

/** A page that one may go to. */
export interface Destination {
  key: string;
  label: string;
  words: string;
  icon: ReactNode;
  link: LinkProps;
}

export function recordLink(object: string, id: string, operation?: string): LinkProps {
  return {
    to: "/o/$object/records/$id",
    params: { object, id },
    search: operation === undefined ? {} : { do: operation },
  };
}

function textOf(value: RecordItem[string]): string {
  if (isRef(value)) return value.label;
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** The stage in words, what else the record is found by, and whose it is. */
function hintOf(object: ObjectDef, record: RecordItem, catalog: Catalog): string {
  const pipeline = catalog.pipelines.find((one) => one.key === object.pipeline);
  const stage = pipeline?.stages.find((one) => one.key === record[pipeline.field]);
  const searched = object.fields
    .filter((field) => field.can?.search && field.name !== object.title_field)
    .map((field) => textOf(record[field.name]));
  return [stage?.label, ...searched.filter(Boolean).slice(0, 2), record.owner?.label]
    .filter(Boolean)
    .join(" · ");
}

export function entryOf(
  object: ObjectDef,
  record: RecordItem,
  catalog: Catalog,
  untitled: string,
  operation?: string,
): Entry {
  return {
    id: `${object.name}-${record.id}`,
    label: textOf(record[object.title_field ?? ""]) || untitled,
    hint: hintOf(object, record, catalog),
    target: { link: recordLink(object.name, record.id, operation) },
  };
}

/** The entries that what was typed is a part of, in any case. */
export function matching(entries: Entry[], q: string): Entry[] {
  const words = q.toLowerCase();
  return entries.filter(({ label, words: more = "" }) =>
    `${label} ${more}`.toLowerCase().includes(words),
  );
}
