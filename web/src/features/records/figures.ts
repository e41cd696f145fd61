/** Figures over all records that a list finds: of the whole, or of each group. */
import { keepPreviousData, queryOptions, useQueries, useQuery } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { Field, ObjectDef, Value } from "@/shared/api/types";
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
function figuresQuery(
  object: string,
  asked: Asked,
  by: readonly string[],
  measures: readonly Measured[],
  limit: number,
) {
  const body = {
    group_by: by,
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

/** A value of a measure; the currency is the company's unless another is named. */
export interface Amount {
  currency?: string;
  value: number | string;
}

export interface Group {
  key: Value;
  count: number;
  /** Of each measure: one value, or one for each currency. */
  amounts: Amount[][];
}

function amountsOf(values: Figures["groups"][number]["values"], at: number): Amount[] {
  const value = values[at + 1];
  return value === null || value === undefined ? [] : [{ value }];
}

const FEW = 100;
/** The server gives no more groups at once. */
const MOST = 500;

/**
 * The figures of all that is found, or of each group. Amounts in different currencies don't add up, so what a currency
 * is said of is asked by currency as well; where that is too much for one answer, it has no figures.
 */
export function useFigures(
  object: ObjectDef,
  asked: Asked,
  by: string | undefined,
  measures: readonly Measured[],
  { limit = FEW, enabled = true } = {},
) {
  const groupBy = by ? [by] : [];
  const known = measures.flatMap(({ field }) =>
    object.fields.some((one) => one.name === field.currency) ? (field.currency ?? []) : [],
  );
  const currencies = [...new Set(known)];
  const plain = measures.filter(({ field }) => !field.currency);
  const split = currencies.map((currency) =>
    measures.filter((one) => one.field.currency === currency),
  );
  const whole = useQuery({ ...figuresQuery(object.name, asked, groupBy, plain, limit), enabled });
  const parts = useQueries({
    queries: currencies.map((currency, i) => ({
      ...figuresQuery(
        object.name,
        asked,
        [...new Set([...groupBy, currency])],
        split[i] ?? [],
        MOST,
      ),
      enabled,
    })),
  });

  const keyOf = (group: Figures["groups"][number]) => (by ? (group.key[by] ?? null) : null);
  const amounts = (group: Figures["groups"][number], measured: Measured): Amount[] => {
    const { currency } = measured.field;
    if (!currency) return amountsOf(group.values, plain.indexOf(measured));
    const i = currencies.indexOf(currency);
    const found = parts[i]?.data;
    if (!found || found.more) return [];
    const same = JSON.stringify(keyOf(group));
    return found.groups
      .filter((one) => JSON.stringify(keyOf(one)) === same)
      .flatMap((one) => {
        const code = one.key[currency];
        const named = typeof code === "string" ? { currency: code } : {};
        const at = split[i]?.indexOf(measured) ?? -1;
        return amountsOf(one.values, at).map((amount) => ({ ...amount, ...named }));
      });
  };
  const groups = whole.data?.groups.map((group): Group => ({
    key: keyOf(group),
    count: Number(group.values[0] ?? 0),
    amounts: measures.map((measured) => amounts(group, measured)),
  }));
  return { whole, groups, more: whole.data?.more ?? false };
}
