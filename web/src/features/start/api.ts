/** What the guided start knows: all of it is read from what is there, so it can be left and taken up again. */
import { queryOptions, useQueries, useQuery } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import { meQuery } from "@/shared/api/queries";
import { isOver, type Job } from "@/shared/api/transfer";
import type { Page, RecordItem, Ref } from "@/shared/api/types";

const TEN = 10;
/** How many records a dry run goes through at most. */
const LOOKED_THROUGH = 500;

interface Head {
  kind: string;
  key: string;
  label: string;
}

export interface Definition extends Head {
  body: Record<string, unknown> | null;
  draft: { body: Record<string, unknown> | null } | null;
  versions: { version: number; at: string; by: Ref | null }[];
}

export interface ImportJob extends Job {
  kind: string;
  object: string | null;
  started_at: string | null;
  finished_at: string | null;
}

export interface Why {
  score: { total: number; grade: string | null } | null;
  assignment: {
    policy: string | null;
    label: string | null;
    chosen: Ref | null;
    candidates: { eligible: boolean }[];
  } | null;
  clocks: { policy: string }[];
}

export interface DryRun {
  examples: { id: string; present: string | null; draft: string | null }[];
}

/** The scorecard that one may see, the first of them; nobody is offered a start who may see none. */
export const scorecardQuery = queryOptions({
  queryKey: ["definitions", "start", "scorecard"],
  queryFn: async ({ signal }): Promise<Definition | null> => {
    const query = { kind: "scorecard", limit: 1 };
    const [first] = (await api<Page<Head>>("/definitions", { query, signal })).items;
    return first ? api<Definition>(`/definitions/scorecard/${first.key}`, { signal }) : null;
  },
});

/** The object that a scorecard judges. */
export function objectOf(scorecard: Definition): string {
  return String((scorecard.body ?? scorecard.draft?.body)?.on ?? "");
}

export function definitionQuery(kind: string, key: string) {
  return queryOptions({
    queryKey: ["definitions", "start", kind, key],
    queryFn: ({ signal }) => api<Definition>(`/definitions/${kind}/${key}`, { signal }),
  });
}

/** One's newest import of an object. */
export function importQuery(object: string) {
  return queryOptions({
    queryKey: ["start", "import", object],
    queryFn: async ({ signal }) => {
      const jobs = await api<Page<ImportJob>>("/jobs", { query: { limit: 100 }, signal });
      return jobs.items.find((job) => job.kind === "import" && job.object === object) ?? null;
    },
    refetchInterval: ({ state: { data } }) => (data && !isOver(data) ? 1_500 : false),
  });
}

/** How many records an import has brought, and how many went into others. */
export function broughtBy(job: Job | null | undefined): { created: number; joined: number } {
  return { created: job?.counts.created ?? 0, joined: job?.counts.joined ?? 0 };
}

/** The first ten that an import has made; they are told by who made them and when. */
function recordsQuery(object: string, me: string, job: ImportJob | null | undefined) {
  const [from, to] = [job?.started_at, job?.finished_at];
  const made = `created_by == '${me}' and created_at >= '${from}' and created_at <= '${to}'`;
  return queryOptions({
    queryKey: ["records", object, "start", job?.id],
    queryFn: ({ signal }) =>
      api<Page<RecordItem>>(`/objects/${object}/records`, {
        query: { filter: made, sort: "created_at,id", limit: TEN },
        signal,
      }),
    enabled: Boolean(from && to && me),
  });
}

function whyQuery(object: string, id: string) {
  return queryOptions({
    queryKey: ["start", "why", object, id],
    queryFn: ({ signal }) => api<Why>(`/objects/${object}/records/${id}/explain`, { signal }),
  });
}

/**
 * Of the newest records a dry run names the first few that differ, the oldest before the others; so it is asked of as
 * many as have come since ours, and ours are the first.
 */
export function dryRunQuery(object: string, kind: string, key: string, since: string) {
  return queryOptions({
    queryKey: ["definitions", "start", kind, key, "dry-run", since],
    queryFn: async ({ signal }) => {
      const query = { filter: `created_at >= '${since}'`, count: true, limit: 1 };
      const { total = 1 } = await api<Page<RecordItem>>(`/objects/${object}/records`, {
        query,
        signal,
      });
      return api<DryRun>(`/definitions/${kind}/${key}/dry-run`, {
        query: { last: Math.min(Math.max(total, 1), LOOKED_THROUGH) },
        signal,
      });
    },
    retry: false,
  });
}

/** Whether somebody of the company has changed what the app brought. */
export function isChanged(definition: Definition): boolean {
  return definition.versions.some((one) => one.by !== null);
}

interface Course {
  job: ImportJob | null | undefined;
  records: RecordItem[] | undefined;
  whys: Map<string, Why>;
  /** The scorecard, the policies and the clocks that have judged these records. */
  rules: Definition[];
  /** Which of the steps are done: imported, dealt, changed, published. */
  done: { imported: boolean; dealt: boolean; changed: boolean; compared: boolean };
  error: unknown;
  loading: boolean;
}

/** How far one has come. */
export function useCourse(scorecard: Definition): Course {
  const object = objectOf(scorecard);
  const me = useQuery(meQuery).data?.person.id ?? "";
  const job = useQuery(importQuery(object));
  const found = useQuery(recordsQuery(object, me, job.data));
  const ids = (found.data?.items ?? []).map((one) => one.id);
  const whys = useQueries({ queries: ids.map((id) => whyQuery(object, id)) });
  const told = new Map(
    ids.flatMap((id, i) => (whys[i]?.data ? [[id, whys[i].data] as const] : [])),
  );
  const used = [...told.values()].flatMap((why) => [
    ...(why.assignment?.policy ? [`assignment ${why.assignment.policy}`] : []),
    ...why.clocks.map((clock) => `clock ${clock.policy}`),
  ]);
  const others = useQueries({
    queries: [...new Set(used)].sort().map((one) => {
      const [kind = "", key = ""] = one.split(" ");
      return { ...definitionQuery(kind, key), retry: false };
    }),
  });
  const rules = [scorecard, ...others.flatMap((one) => one.data ?? [])];
  const imported = Boolean(job.data && isOver(job.data) && broughtBy(job.data).created > 0);
  return {
    job: job.data,
    records: found.data?.items,
    whys: told,
    rules,
    done: {
      imported,
      dealt: imported && (found.data?.items ?? []).some((one) => one.owner),
      changed: rules.some((one) => one.draft !== null || isChanged(one)),
      compared: rules.some((one) => one.draft === null && isChanged(one)),
    },
    error: job.error ?? found.error,
    loading: job.isPending || (imported && found.isPending),
  };
}
