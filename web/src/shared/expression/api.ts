/** What the server knows about an expression that is being written. */
import { queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { Drafting } from "./drafting";

/** Further records by name with their objects; what is no record by the types of its names. */
export type Roots = Record<string, string | Record<string, string>>;

export interface Asked extends Drafting {
  object: string;
  expression: string;
  expect?: string;
  roots?: Roots;
}

export interface Wrong {
  /** In characters. */
  at: number;
  length: number;
  message: string;
  /** What may have been meant at that place. */
  suggestion: string | null;
}

export interface Checked {
  ok: boolean;
  errors: Wrong[];
  type?: string;
  uses_now?: boolean;
}

export interface Completion {
  name: string;
  kind: "field" | "relation" | "list" | "root" | "function" | "word";
  type: string | null;
}

export function checkQuery(asked: Asked) {
  return queryOptions({
    queryKey: ["expression", asked],
    queryFn: ({ signal }) =>
      api<Checked>("/expressions/check", { method: "POST", body: asked, signal }),
    staleTime: 60_000,
    retry: false,
  });
}

export async function completionsOf(asked: Asked, at: number): Promise<Completion[]> {
  const body = { ...asked, complete_at: at };
  return (await api<{ completions: Completion[] }>("/expressions/check", { method: "POST", body }))
    .completions;
}

export interface FunctionDoc {
  name: string;
  signature: string;
  doc: string;
}

export const functionsQuery = queryOptions({
  queryKey: ["expression", "functions"],
  queryFn: ({ signal }) => api<{ items: FunctionDoc[] }>("/expressions/functions", { signal }),
  staleTime: Infinity,
});
