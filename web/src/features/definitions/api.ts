/** Questions about definitions and releases, and their answers. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, ApiError, apiTagged } from "@/shared/api/client";
import { isOver, type Job } from "@/shared/api/transfer";
import type { Page, Ref } from "@/shared/api/types";
import type { DefinitionBody } from "@/shared/definition/form";
import type { FieldProblem, TableChange } from "@/shared/plan/model";

interface DefinitionHead {
  kind: string;
  key: string;
  label: string;
  /** The app that brought it; null where the company has made or changed it itself. */
  app: string | null;
  /** Null until it is published for the first time. */
  version: number | null;
}

export interface DefinitionItem extends DefinitionHead {
  /** The object that it belongs to. */
  on: string | null;
  draft: boolean;
  /** The app's newer version of what the company has changed. */
  offer: number | null;
  /** Whether some group is trying another version. */
  pilot: boolean;
}

/** A group, as it is shown. */
export interface GroupOf {
  people: (Ref | null)[];
  departments: Ref[];
}

/** What a group is trying. */
export interface Trial extends GroupOf {
  release: number;
  version: number;
  body: DefinitionBody;
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
  pilots: Trial[];
  can: { dry_run: boolean; pilot: boolean };
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

/** Those that were removed: each is restored from its versions. */
export function removedQuery(kind: string) {
  return queryOptions({
    queryKey: ["definitions", kind, "removed"],
    queryFn: ({ signal }) =>
      api<Page<DefinitionItem>>("/definitions", {
        query: { kind, removed: true, limit: MOST },
        signal,
      }),
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

/** Keep a draft; `problems` is what it breaks elsewhere, to be mended before. */
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

export interface Published {
  release: number;
  definitions: { kind: string; key: string; version: number }[];
  schema: TableChange[];
}

export interface Group {
  people: string[];
  departments: string[];
}

interface Publication {
  items?: { kind: string; key: string }[];
  pilot?: number;
  to?: { pilot: Group };
  note?: string;
  accept_loss?: boolean;
}

/** Seconds between two looks at a publication that takes long. */
const LOOK_EVERY = 2;

type Follow = (job: Job) => void;

/** Wait for a publication that converts many values first; the server goes on with it when nobody waits. */
async function settled(answer: Published | Job, follow?: Follow): Promise<void> {
  if (!("state" in answer)) return;
  let job = answer;
  while (!isOver(job)) {
    follow?.(job);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY * 1000));
    job = await api<Job>(`/jobs/${job.id}`).catch((error: unknown) => {
      if (error instanceof ApiError && !error.refused) return job;
      throw error;
    });
  }
  if (job.state !== "done") {
    throw new ApiError({ title: job.problem?.message ?? "", status: 409, code: job.state });
  }
}

export async function publish(publication: Publication, follow?: Follow) {
  const path = "/definitions/publish";
  await settled(await api<Published | Job>(path, { method: "POST", body: publication }), follow);
}

export interface Difference {
  place: string;
  from: unknown;
  to: unknown;
}

/** `from` and `to`: a version's number, `present` or `draft`; `seen` tells answers about different drafts apart. */
export function diffQuery(kind: string, key: string, from: string, to: string, seen: string) {
  return queryOptions({
    queryKey: ["definition", kind, key, "diff", from, to, seen],
    queryFn: ({ signal }) =>
      api<{ items: Difference[] }>(`${pathOf(kind, key)}/diff`, { query: { from, to }, signal }),
    staleTime: Infinity,
  });
}

type Verdict = string | null;

export interface DryRun {
  object: string;
  looked: number;
  differ: number;
  verdicts: { present: Verdict; draft: Verdict; count: number }[];
  examples: { id: string; label: string | null; present: Verdict; draft: Verdict }[];
}

export function dryRunQuery(kind: string, key: string, last: number, seen: string) {
  return queryOptions({
    queryKey: ["definition", kind, key, "dry-run", last, seen],
    queryFn: ({ signal }) =>
      api<DryRun>(`${pathOf(kind, key)}/dry-run`, { query: { last }, signal }),
    staleTime: Infinity,
    retry: false,
  });
}

export async function rollBack(
  what: ({ release: number } | { kind: string; key: string; version: number }) & { note?: string },
) {
  const path = "/definitions/rollback";
  await settled(await api<Published | Job>(path, { method: "POST", body: what }));
}

export interface Release {
  release: number;
  at: string;
  by: Ref | null;
  note: string;
  present: boolean;
  pilot: GroupOf | null;
  ended_at: string | null;
}

const PAGE = 30;

export const releasesQuery = infiniteQueryOptions({
  queryKey: ["releases"],
  queryFn: ({ pageParam, signal }) =>
    api<{ items: Release[]; next_cursor: number | null }>("/releases", {
      query: { limit: PAGE, cursor: pageParam },
      signal,
    }),
  initialPageParam: null as number | null,
  getNextPageParam: (last) => last.next_cursor,
});

export interface Changed {
  kind: string;
  key: string;
  label: string;
  /** The object that it belongs to. */
  on: string | null;
  from: number | null;
  to: number | null;
}

export function releaseQuery(release: number) {
  return queryOptions({
    queryKey: ["releases", release],
    queryFn: ({ signal }) =>
      api<{ changed: Changed[]; back: Changed[] }>(`/releases/${release}`, { signal }),
  });
}

export async function endPilot(release: number) {
  await api<Published>(`/releases/${release}`, { method: "DELETE" });
}
