/** How a list looks: what a view says, what its reader has changed since, and how the server keeps it. */
import type { Field, ObjectDef, Ref, View } from "@/shared/api/types";
import { bothOf, expressionOf, offered, type Filter } from "@/shared/filter/model";
import type { Layout } from "./search";

/** The column of counting clocks is named like this in a view, beside the fields. */
export const CLOCKS = "clocks";

export const TOTALS = ["sum", "avg", "min", "max"] as const;
export type Total = (typeof TOTALS)[number];

export interface Look {
  /** Of the view, beside the filters that read as words. */
  condition: string | null;
  filters: Filter[];
  sort: string | null;
  columns: string[];
  widths: Record<string, number>;
  group: string | null;
  totals: Record<string, Total>;
  layout: Layout;
  /** The field whose values are the columns of a kanban. */
  lanes: string | null;
}

/** A view of the definitions, or one that somebody keeps. */
export interface ListView extends View {
  /** Null where it rests on a field that is gone. */
  look?: Look | null;
  broken?: boolean;
  mine?: boolean;
  person?: Ref;
  everyone?: boolean;
  departments?: string[];
}

export interface ListViews {
  items: ListView[];
  default: string | null;
  may_share: { everyone: boolean; departments: string[] };
}

const OLDEST_LAST = "-created_at";

/** The fields that records can be laid out by: stages, and choices where one stands for each record. */
export function laneFields(object: ObjectDef): Field[] {
  const found = object.fields.filter(
    (field) =>
      (field.type === "stage" || field.type === "choice") &&
      field.can?.group &&
      Boolean(field.options?.length),
  );
  return found.sort((a, b) => Number(b.type === "stage") - Number(a.type === "stage"));
}

/** What a view says; one of the definitions has its columns behind the clocks, and sums up money. */
export function lookOf(object: ObjectDef, view: ListView | undefined): Look {
  const lanes = laneFields(object)[0]?.name ?? null;
  if (view?.look) return { ...view.look, lanes: view.look.lanes ?? lanes };
  const core = object.fields.filter((field) => field.core).map((field) => field.name);
  const columns = view?.columns ?? core;
  const isMoney = (name: string) =>
    object.fields.some((field) => field.name === name && field.type === "money");
  return {
    condition: view?.filter ?? null,
    filters: [],
    sort: view?.sort ?? OLDEST_LAST,
    columns: [...(object.clocks ? [CLOCKS] : []), ...columns],
    widths: {},
    group: null,
    totals: Object.fromEntries(columns.filter(isMoney).map((name) => [name, "sum"])),
    layout: "table",
    lanes,
  };
}

/** The whole condition of a look. */
export function filterOf(look: Look, fields: readonly Field[]): string | undefined {
  return expressionOf(look.condition, look.filters, fields);
}

/** The look as the server keeps it. */
export function keptLook(look: Look, fields: readonly Field[]) {
  return { ...look, filter: filterOf(look, fields) ?? null };
}

/** Whether two looks say the same; the order of names in widths and totals says nothing. */
export function sameLook(a: Look, b: Look): boolean {
  const plain = ({ widths, totals, ...look }: Look) =>
    JSON.stringify([
      ...Object.entries(look).sort(([one], [other]) => one.localeCompare(other)),
      Object.entries(widths).sort(),
      Object.entries(totals).sort(),
    ]);
  return plain(a) === plain(b);
}

/** The fields that records can be grouped by in a way that tells people something. */
export function groupFields(object: ObjectDef): Field[] {
  return offered(object.fields).filter(
    (field) => field.can?.group && field.name !== object.title_field,
  );
}

/** A field's records that a view finds: the view's condition and one more. */
export function within(filter: string | undefined, more: string): string {
  return bothOf(filter, more) ?? more;
}
