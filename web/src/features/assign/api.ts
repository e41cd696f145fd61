/** How an object's records are dealt, how they are spread over people, and why somebody is given none. */
import { queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { Job } from "@/shared/api/transfer";
import type { Page, RecordItem, Ref } from "@/shared/api/types";

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

interface Profile {
  body: { attributes?: Record<string, { label?: Record<string, string> }> } | null;
}

/** What the company calls the attributes of its people. */
export const profileQuery = queryOptions({
  queryKey: ["definitions", "profile", "person", "body"],
  queryFn: ({ signal }) => api<Profile>("/definitions/profile/person", { signal }),
  staleTime: 5 * 60_000,
  retry: false,
});

/** What one candidate holds and was given in the days that are watched. */
export interface Share {
  person: Ref;
  on_duty: boolean;
  /** Why the person is not there. */
  away: string | null;
  open: number;
  given: number;
  /** The day. */
  last: string | null;
  /** Whether any policy can give the person anything. */
  part: boolean;
  /** None for who takes no part. */
  idle_days: number | null;
  waits: boolean;
}

export interface Watch {
  object: string;
  automatic: boolean;
  may_switch: boolean;
  days: number;
  limits: { waiting: number | null; per_person: number | null; swing: number | string | null };
  waiting: number;
  last_day: { day: string; given: number; mean: number } | null;
  items: Share[];
}

export function watchQuery(object: string) {
  return queryOptions({
    queryKey: ["assignment", object, "watch"],
    queryFn: ({ signal }) => api<Watch>(`/assignment/${object}/watch`, { signal }),
  });
}

type CauseKey = "rule" | "people" | "room" | "filters" | "connector" | "change";

export interface Cause {
  key: CauseKey;
  holds: boolean;
  code: string;
  text: string;
  records: Ref[];
  /** Of a rule: the policies that it is about. */
  policies?: string[];
  /** Of a connector: the channels. */
  names?: string[];
  /** Of a change: when, of what, and by whom. */
  at?: string;
  what?: string;
  name?: string | null;
  by?: Ref | null;
}

export interface Causes {
  person: Ref;
  share: Share | null;
  automatic: boolean;
  may_switch: boolean;
  cause: CauseKey | null;
  causes: Cause[];
}

export function causesQuery(object: string, person: string) {
  return queryOptions({
    queryKey: ["assignment", object, "watch", person],
    queryFn: ({ signal }) => api<Causes>(`/assignment/${object}/watch/${person}`, { signal }),
  });
}

export interface Waiting {
  items: { id: string; label: string | null; policy: string; since: string }[];
  more: boolean;
}

/** As many as one job deals again at once. */
const MOST_WAITING = 1000;

export function waitingQuery(object: string) {
  return queryOptions({
    queryKey: ["assignment", object, "waiting"],
    queryFn: ({ signal }) =>
      api<Waiting>(`/assignment/${object}/waiting`, { query: { limit: MOST_WAITING }, signal }),
  });
}

export function switchDealing(object: string, automatic: boolean, note: string): Promise<Dealing> {
  return api(`/assignment/${object}`, { method: "PUT", body: { automatic, note: note || null } });
}

/** What was dealt in the answer: few records; more are a job. */
export interface Dealt {
  done: number;
  failed: number;
  items: { id: string; ok: boolean; error?: { detail: string } }[];
}

export type Which = { ids: string[] } | { filter: string };

/** Ask the policies again for these records. */
export function dealAgain(
  object: string,
  which: Which,
  note: string,
  idempotencyKey: string,
): Promise<Dealt | Job> {
  const body = { ...which, assign: { note: note || null } };
  return api(`/objects/${object}/bulk`, { method: "POST", body, idempotencyKey });
}

export function countQuery(object: string, filter: string) {
  return queryOptions({
    queryKey: ["assignment", object, "count", filter],
    queryFn: ({ signal }) =>
      api<Page<RecordItem>>(`/objects/${object}/records`, {
        query: { filter, limit: 1, count: true },
        signal,
      }),
    retry: false,
  });
}
