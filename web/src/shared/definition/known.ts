/** The other definitions that a form lets one choose from, by their keys. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { Page } from "@/shared/api/types";
import type { Choice } from "@/shared/sentence/blanks";

interface Known {
  key: string;
  label: string;
  /** The object that it belongs to. */
  on: string | null;
}

function knownQuery(kind: string) {
  return queryOptions({
    queryKey: ["definitions", "known", kind],
    queryFn: ({ signal }) =>
      api<Page<Known>>("/definitions", { query: { kind, limit: 500 }, signal }),
    staleTime: 60_000,
  });
}

/** Those of a kind that one may read, of one object where it is named. */
export function useKnown(kind: string, on?: string): Choice[] {
  const items = useQuery(knownQuery(kind)).data?.items ?? [];
  return items.filter((one) => on === undefined || one.on === on);
}
