/** What search asks of the server: every object at once, or one object for a record to be chosen. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { Page, RecordItem, Ref } from "@/shared/api/types";

export interface Match {
  object: string;
  /** Null where it is not the reader's to see. */
  id: string | null;
  label: string | null;
  owner: Ref | null;
}

export interface Found {
  objects: { object: string; items: RecordItem[]; more: boolean }[];
  matches: Match[];
}

const PICKED_FROM = 10;
const FRESH_FOR = 10_000;

export function everythingQuery(q: string) {
  return queryOptions({
    queryKey: ["search", "everything", q],
    queryFn: ({ signal }) => api<Found>("/search", { query: { q }, signal }),
    enabled: q !== "",
    staleTime: FRESH_FOR,
    placeholderData: keepPreviousData,
  });
}

/** Without words the newest ones. */
export function recordsQuery(object: string, q: string) {
  return queryOptions({
    queryKey: ["search", "records", object, q],
    queryFn: ({ signal }) =>
      api<Page<RecordItem>>(`/objects/${object}/records`, {
        query: { q, limit: PICKED_FROM },
        signal,
      }),
    enabled: object !== "",
    staleTime: FRESH_FOR,
    placeholderData: keepPreviousData,
  });
}
