/** What the address of a list says: view, words, page, and what differs from the view. */
import { OPERATORS, type Filter } from "@/shared/filter/model";

export const LAYOUTS = ["table", "kanban"] as const;
export type Layout = (typeof LAYOUTS)[number];

export interface ListSearch {
  view?: string;
  q?: string;
  f?: Filter[];
  sort?: string;
  page?: number;
  /** A condition that comes from elsewhere, such as a figure, under the name that it has there. */
  only?: Only;
  /** The operation to begin on the record that is shown. */
  do?: string;
  /** Nothing between the quotes: not grouped, whatever the view says. */
  group?: string;
  as?: Layout;
  /** The field that a kanban lays records out by. */
  by?: string;
}

export interface Only {
  filter: string;
  label: string;
}

function isFilter(one: unknown): one is Filter {
  if (typeof one !== "object" || one === null) return false;
  const { field, op, values, or } = one as Partial<Filter>;
  return (
    (or === undefined || typeof or === "boolean") &&
    typeof field === "string" &&
    OPERATORS.some((known) => known === op) &&
    Array.isArray(values) &&
    values.every((value) => typeof value === "string")
  );
}

function onlyOf(value: unknown): Only | undefined {
  const { filter, label } = (value ?? {}) as Partial<Only>;
  return typeof filter === "string" && typeof label === "string" ? { filter, label } : undefined;
}

function wordsOf(value: unknown): string | undefined {
  return value === undefined || value === "" ? undefined : String(value);
}

/** Take what makes sense from an address that anyone may have typed. */
export function readListSearch(search: Record<string, unknown>): ListSearch {
  const page = Number(search.page);
  return {
    view: wordsOf(search.view),
    q: wordsOf(search.q),
    f: Array.isArray(search.f) ? search.f.filter(isFilter) : undefined,
    sort: wordsOf(search.sort),
    page: Number.isInteger(page) && page > 1 ? page : undefined,
    only: onlyOf(search.only),
    do: wordsOf(search.do),
    group: search.group === undefined ? undefined : String(search.group),
    as: LAYOUTS.find((one) => one === search.as),
    by: wordsOf(search.by),
  };
}
