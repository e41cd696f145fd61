/** Questions about definitions and releases, and their answers. */
import { queryOptions } from "@tanstack/react-query";
import { api, apiTagged } from "@/shared/api/client";
import type { Page, Ref } from "@/shared/api/types";
import type { DefinitionBody } from "@/shared/definition/form";

export interface DefinitionHead {
  kind: string;
  key: string;
  label: string;
  /** The app that brought it; null where the company has made or changed it itself. */
  app: string | null;
  /** Null until it is published for the first time. */
  version: number | null;
}

export interface DefinitionItem extends DefinitionHead {
  draft: boolean;
  /** The app's newer version of what the company has changed. */
  offer: number | null;
  /** Whether some group is trying another version. */
  pilot: boolean;
}

export interface Version {
  version: number;
  app: string | null;
  at: string;
  by: Ref | null;
}

export interface Definition extends DefinitionHead {
  body: DefinitionBody | null;
  draft: {
    body: DefinitionBody | null;
    removes: boolean;
    base: number | null;
    at: string;
    by: Ref | null;
  } | null;
  versions: Version[];
  pilots: { release: number; version: number }[];
  /** Names what a draft was made from. */
  tag?: string;
}

const MOST = 500;

export function definitionsQuery(kind: string) {
  return queryOptions({
    queryKey: ["definitions", kind],
    queryFn: ({ signal }) =>
      api<Page<DefinitionItem>>("/definitions", { query: { kind, limit: MOST }, signal }),
  });
}

const pathOf = (kind: string, key: string) =>
  `/definitions/${encodeURIComponent(kind)}/${encodeURIComponent(key)}`;

export function definitionQuery(kind: string, key: string) {
  return queryOptions({
    queryKey: ["definition", kind, key],
    queryFn: ({ signal }) => apiTagged<Definition>(pathOf(kind, key), { signal }),
    retry: false,
  });
}

/** Keep a draft; `problems` is what publishing it would break elsewhere. */
export function keepDraft(kind: string, key: string, body: DefinitionBody, ifMatch?: string) {
  return apiTagged<{ problems: FieldProblem[] }>(pathOf(kind, key), {
    method: "PUT",
    body: { body },
    ifMatch,
  });
}

export function discardDraft(kind: string, key: string) {
  return api<undefined>(`${pathOf(kind, key)}/draft`, { method: "DELETE" });
}

/** Keep a draft that removes the definition when it is published. */
export function draftRemoval(kind: string, key: string, ifMatch?: string) {
  return api<unknown>(pathOf(kind, key), { method: "DELETE", ifMatch });
}

export interface FieldProblem {
  field: string;
  code: string;
  message: string;
}

export interface Published {
  release: number;
  definitions: { kind: string; key: string; version: number }[];
  schema: TableChange[];
}

export interface TableChange {
  change: string;
  table: string;
  name: string | null;
  lock: string;
  late: boolean;
  reversible: boolean;
}

export interface Group {
  people: string[];
  departments: string[];
}

export interface Publication {
  items?: { kind: string; key: string }[];
  pilot?: number;
  to?: { pilot: Group };
  note?: string;
  accept_loss?: boolean;
}

export function publish(publication: Publication) {
  return api<Published>("/definitions/publish", { method: "POST", body: publication });
}
