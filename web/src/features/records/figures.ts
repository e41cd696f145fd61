/** Figures over all records that a list finds: of the whole, or of each group. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { Field, Value } from "@/shared/api/types";
import type { Look, Total } from "./look";

export interface Asked {
  filter?: string;
  q?: string;
  sort?: string;
}

export interface Measured {
  field: Field;
  fn: Total;
}

export interface Figures {
  /** One group where nothing is grouped by; values stand in the order of count and measures. */
  groups: { key: Record<string, Value>; values: (number | string | null)[] }[];
  more: boolean;
}

const NUMBERS: Field["type"][] = ["integer", "decimal", "money", "percent"];

export function isNumber(field: Field): boolean {
  return NUMBERS.includes(field.type) && !(field.system && field.name === "version");
}

/** The totals of a look whose fields are there. */
export function measuresOf(look: Look, fields: readonly Field[]): Measured[] {
  return Object.entries(look.totals).flatMap(([name, fn]) => {
    const field = fields.find((one) => one.name === name);
    return field && isNumber(field) ? [{ field, fn }] : [];
  });
}

/** Kept beside the counts of views, since it is asked anew as seldom as they are. */
export function figuresQuery(
  object: string,
  asked: Asked,
  by: string | undefined,
  measures: readonly Measured[],
  limit = 100,
) {
  const body = {
    group_by: by ? [by] : [],
    measures: [{ fn: "count" }, ...measures.map(({ field, fn }) => ({ fn, field: field.name }))],
    filter: asked.filter,
    q: asked.q,
    limit,
  };
  return queryOptions({
    queryKey: ["views", object, "figures", body],
    queryFn: ({ signal }) =>
      api<Figures>(`/objects/${object}/aggregate`, { method: "POST", body, signal }),
    placeholderData: keepPreviousData,
  });
}
