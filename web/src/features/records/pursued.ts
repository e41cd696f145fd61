/** Customers that several people pursue: what is asked of the server, and how their records are given to one person. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { Ref } from "@/shared/api/types";
import { newKey } from "@/shared/keys";
import { doToMany, isJob } from "./batch";

/** The server numbers pages so far. */
export const LAST_PAGE = 100;

export interface PursuedSearch {
  by?: string;
  page?: number;
}

/** Take what makes sense from an address that anyone may have typed. */
export function readPursuedSearch(search: Record<string, unknown>): PursuedSearch {
  const page = Number(search.page);
  return {
    by: typeof search.by === "string" && search.by !== "" ? search.by : undefined,
    page: Number.isInteger(page) && page > 1 && page <= LAST_PAGE ? page : undefined,
  };
}

export interface Pursuit {
  object: string;
  id: string;
  version: number;
  label: string | null;
  owner: Ref;
  stage: string | null;
  since: string;
  worked_at: string | null;
}

export interface PursuedGroup {
  label: string | null;
  people: number;
  count: number;
  records: Pursuit[];
}

export function pursuedQuery({ by, page = 1 }: PursuedSearch) {
  return queryOptions({
    queryKey: ["pursued", by, page],
    queryFn: ({ signal }) =>
      api<{ by: string; items: PursuedGroup[]; more: boolean }>("/pursued", {
        query: { by, page },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
}

export interface Given {
  done: Pursuit[];
  /** How many were refused, and why the first of them. */
  refused: number;
  reason?: string;
}

/** Give records to their new owners, the records of each object and person in one go. */
export async function give(wishes: readonly (readonly [Pursuit, string])[]): Promise<Given> {
  const parts = new Map<string, { person: string; records: Pursuit[] }>();
  for (const [record, person] of wishes) {
    const key = `${record.object} ${person}`;
    const part = parts.get(key) ?? { person, records: [] };
    part.records.push(record);
    parts.set(key, part);
  }
  const given: Given = { done: [], refused: 0 };
  for (const { person, records } of parts.values()) {
    const [first] = records;
    if (!first) continue;
    const ids = records.map((one) => one.id);
    const told = await doToMany(first.object, { ids }, { assign: { person } }, newKey());
    if (isJob(told)) continue; // that many are never in one group
    const done = new Set(told.items.filter((one) => one.ok).map((one) => one.id));
    given.done.push(...records.filter((one) => done.has(one.id)));
    given.refused += told.failed;
    given.reason ??= told.items.find((one) => !one.ok)?.error?.detail;
  }
  return given;
}
