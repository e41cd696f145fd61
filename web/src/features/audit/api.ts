/** The trail of sign-ins, refusals and changes of people and rights. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { Page, Ref } from "@/shared/api/types";

export interface Entry {
  id: string;
  at: string;
  type: string;
  /** Who did it. */
  actor: Ref | null;
  /** Whom it is about. */
  person: Ref | null;
  data: Record<string, unknown> | null;
}

export interface Asked {
  person?: string;
  type?: string;
}

export const auditQuery = (asked: Asked) =>
  infiniteQueryOptions({
    queryKey: ["audit", asked],
    queryFn: ({ signal, pageParam }) =>
      api<Page<Entry>>("/audit", { query: { ...asked, limit: 50, cursor: pageParam }, signal }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });

export function readAsked(search: Record<string, unknown>): Asked {
  const said = (["person", "type"] as const).flatMap((name) => {
    const value = search[name];
    return typeof value === "string" && value !== "" ? [[name, value] as const] : [];
  });
  return Object.fromEntries(said);
}
