/** How an object's records are dealt, how they are spread over people, and why somebody is given none. */
import { queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { Ref } from "@/shared/api/types";

export interface Dealing {
  object: string;
  automatic: boolean;
  since: string | null;
  by: Ref | null;
  note: string | null;
  waiting: number;
  waiting_is: "exact" | "at_least";
  policies: { key: string; label: string; position: number; order: string; duty: string }[];
}

export function dealingQuery(object: string) {
  return queryOptions({
    queryKey: ["assignment", object, "dealing"],
    queryFn: ({ signal }) => api<Dealing>(`/assignment/${object}`, { signal }),
  });
}

export interface Attribute {
  name: string;
  /** Whether a person has several of it. */
  isList: boolean;
}

interface Completions {
  completions?: { name: string; kind: string; type: string | null }[];
}

const BEFORE_NAME = "candidate.";
/** Expressions know a field by its labels too; its name is the one of these letters. */
const NAME = /^[a-z][a-z0-9_]*$/;

/** What may be asked of a candidate, by name; its texts and lists of texts can be compared with a record's fields. */
export function attributesQuery(object: string) {
  return queryOptions({
    queryKey: ["assignment", object, "attributes"],
    queryFn: async ({ signal }): Promise<Attribute[]> => {
      const { completions = [] } = await api<Completions>("/expressions/check", {
        method: "POST",
        body: {
          object,
          expression: BEFORE_NAME,
          complete_at: BEFORE_NAME.length,
          roots: { candidate: "candidate" },
        },
        signal,
      });
      return completions
        .filter(({ name, type }) => NAME.test(name) && (type === "text" || type === "list:text"))
        .map(({ name, type }) => ({ name, isList: type === "list:text" }));
    },
    staleTime: 5 * 60_000,
  });
}

export interface Profile {
  body: { attributes?: Record<string, { label?: Record<string, string> }> } | null;
}

/** What the company calls the attributes of its people. */
export const profileQuery = queryOptions({
  queryKey: ["definitions", "profile", "person", "body"],
  queryFn: ({ signal }) => api<Profile>("/definitions/profile/person", { signal }),
  staleTime: 5 * 60_000,
  retry: false,
});
