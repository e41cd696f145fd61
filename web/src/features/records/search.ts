/** What the address of a list says: view, words, filters, order, page. */
import { OPERATORS, type Filter } from "@/shared/filter/model";

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
}

export interface Only {
  filter: string;
  label: string;
}

function isFilter(one: unknown): one is Filter {
  if (typeof one !== "object" || one === null) return false;
  const { field, op, values } = one as Partial<Filter>;
  return (
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
  const filters = Array.isArray(search.f) ? search.f.filter(isFilter) : [];
  return {
    view: wordsOf(search.view),
    q: wordsOf(search.q),
    f: filters.length > 0 ? filters : undefined,
    sort: wordsOf(search.sort),
    page: Number.isInteger(page) && page > 1 ? page : undefined,
    only: onlyOf(search.only),
    do: wordsOf(search.do),
  };
}
