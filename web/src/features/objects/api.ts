/** What the server knows about types of fields and about what went into the trash. */
import { queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { Page, Ref } from "@/shared/api/types";
import type { FieldBody } from "./fields";

export interface TypeFacts {
  type: string;
  can: { filter: boolean; sort: boolean; group: boolean; search: boolean; import: boolean };
  /** Whether its values stand in the record's own row. */
  stored: boolean;
  /** What may be said of a field of this type. */
  settings: string[];
  /** Those of the settings without which there is no such field. */
  needs: string[];
}

export interface FieldTypes {
  items: TypeFacts[];
  /** What a roll-up can do with its list. */
  fns: string[];
  /** What a formula may name as the type of what comes out. */
  results: string[];
}

export const fieldTypesQuery = queryOptions({
  queryKey: ["field-types"],
  queryFn: ({ signal }) => api<FieldTypes>("/field-types", { signal }),
  staleTime: Infinity,
});

/** What a list says that is in force; null before its first publication. */
export function publishedListQuery(key: string) {
  return queryOptions({
    queryKey: ["definition", "options", key, "present"],
    queryFn: ({ signal }) =>
      api<{ body: object | null }>(`/definitions/options/${encodeURIComponent(key)}`, { signal }),
    retry: false,
  });
}

export interface Trashed {
  object: string;
  field: string;
  type: string;
  label: string;
  at: string;
  by: Ref | null;
  was: FieldBody | null;
}

export function trashQuery(object: string) {
  return queryOptions({
    queryKey: ["trash", object],
    queryFn: ({ signal }) =>
      api<Page<Trashed>>("/trash", { query: { object, limit: 500 }, signal }),
    staleTime: 0,
  });
}
