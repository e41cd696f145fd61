/** A metric over the records that one may read: as a whole, in periods, by what tells records apart. */
import { queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { Ref } from "@/shared/api/types";

/** Seconds are numbers, other figures may be decimals as text; a day or moment is text. */
export type Figure = number | string | null;

export interface Group {
  key: Record<string, Ref | string | null>;
  /** The first day of the period. */
  period: string | null;
  records: number;
  value: Figure;
  /** Null where nothing is said of what is good. */
  crossed: boolean | null;
}

export interface Measured {
  groups: Group[];
  more: boolean;
}

interface Slice {
  from: string;
  by?: string;
  grain?: string;
}

const EVERY = 60_000;
const MOST = 200;

export function metricQuery(metric: string, slice: Slice) {
  return queryOptions({
    queryKey: ["metric", metric, slice],
    queryFn: ({ signal }) =>
      api<Measured>(`/metrics/${metric}`, { query: { ...slice, limit: MOST }, signal }),
    refetchInterval: EVERY,
  });
}
