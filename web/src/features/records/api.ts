/** Everything that the records feature asks of the server. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
  type QueryClient,
} from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { ListViews } from "./look";
import type {
  Duplicate,
  Explanation,
  Outlook,
  Page,
  RecordItem,
  TimelineItem,
  Transfer,
  Value,
  ViewCount,
} from "@/shared/api/types";
import type { Playbook } from "./playbook";

/** How many rows a page may have; the first is the usual one. */
export const PAGE_SIZES = [50, 200, 500] as const;
export const PAGE_SIZE = PAGE_SIZES[0];
/** The server numbers pages up to this row. */
export const LAST_ROW = 10_000;

interface ListParams {
  filter?: string;
  sort?: string;
  q?: string;
  page: number;
  limit?: number;
  /** Whether to say since when records stand in their stages. */
  stays?: boolean;
}

export function listQuery(object: string, { stays = false, ...params }: ListParams) {
  const include = stays ? "clocks,stage" : "clocks";
  return queryOptions({
    queryKey: ["records", object, params, include],
    queryFn: ({ signal }) =>
      api<Page<RecordItem>>(`/objects/${object}/records`, {
        query: { limit: PAGE_SIZE, ...params, count: true, include },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
}

const GROUP_PAGE = 20;

interface PartParams {
  filter?: string;
  sort?: string;
  q?: string;
}

/** The records of one group or column, a few at a time. */
export function groupPageQuery(object: string, params: PartParams) {
  return infiniteQueryOptions({
    queryKey: ["lanes", object, params],
    queryFn: ({ pageParam, signal }) =>
      api<Page<RecordItem>>(`/objects/${object}/records`, {
        query: { ...params, limit: GROUP_PAGE, cursor: pageParam, include: "clocks,stage" },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor || undefined,
  });
}

/** All views that there are for one; what each holds is counted apart, since that takes longer. */
export function viewsQuery(object: string) {
  return queryOptions({
    queryKey: ["views", object, "kept"],
    queryFn: ({ signal }) => api<ListViews>(`/objects/${object}/views`, { signal }),
  });
}

export function viewCountsQuery(object: string) {
  return queryOptions({
    queryKey: ["views", object, "counts"],
    queryFn: ({ signal }) =>
      api<{ items: ViewCount[] }>(`/objects/${object}/views`, { query: { count: true }, signal }),
  });
}

function recordPath(object: string, id: string): string {
  return `/objects/${object}/records/${id}`;
}

export function recordQuery(object: string, id: string) {
  return queryOptions({
    queryKey: ["record", object, id],
    queryFn: ({ signal }) =>
      api<RecordItem>(recordPath(object, id), { query: { include: "clocks" }, signal }),
  });
}

export const TIMELINE_KINDS = ["work", "owner", "stage", "clock", "other"] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

export function timelineQuery(object: string, id: string, kind?: TimelineKind) {
  return infiniteQueryOptions({
    queryKey: ["record", object, id, "timeline", kind],
    queryFn: ({ pageParam, signal }) =>
      api<Page<TimelineItem>>(`${recordPath(object, id)}/timeline`, {
        query: { cursor: pageParam, kind },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor || undefined,
  });
}

export function explainQuery(object: string, id: string) {
  return queryOptions({
    queryKey: ["record", object, id, "explain"],
    queryFn: ({ signal }) => api<Explanation>(`${recordPath(object, id)}/explain`, { signal }),
  });
}

export function transfersQuery(object: string, id: string) {
  return infiniteQueryOptions({
    queryKey: ["record", object, id, "transfers"],
    queryFn: ({ pageParam, signal }) =>
      api<Page<Transfer>>(`${recordPath(object, id)}/transfers`, {
        query: { cursor: pageParam || undefined },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor || undefined,
  });
}

/** Which operations may be done with the record as it is now. */
export function outlooksQuery(object: string, id: string) {
  return queryOptions({
    queryKey: ["record", object, id, "operations"],
    queryFn: async ({ signal }) =>
      (await api<{ items: Outlook[] }>(`${recordPath(object, id)}/operations`, { signal })).items,
  });
}

export function duplicatesQuery(object: string, id: string) {
  return queryOptions({
    queryKey: ["record", object, id, "duplicates"],
    queryFn: ({ signal }) =>
      api<{ items: Duplicate[]; more: boolean }>(`${recordPath(object, id)}/duplicates`, {
        query: { limit: 20 },
        signal,
      }),
  });
}

/** How many records of an object point to one. */
export function relatedCountQuery(object: string, by: string, id: string) {
  return queryOptions({
    queryKey: ["records", object, "related", by, id],
    queryFn: ({ signal }) =>
      api<Page<RecordItem>>(`/objects/${object}/records`, {
        query: { filter: `${by} == ${JSON.stringify(id)}`, limit: 1, fields: "id", count: true },
        signal,
      }),
  });
}

/** What to say beside an operation's form. It stays as it is while the form is open, and is asked anew with the next. */
export function playbookQuery(object: string, id: string, operation: string) {
  return queryOptions({
    queryKey: ["playbook", object, id, operation],
    queryFn: ({ signal }) =>
      api<{ playbook: Playbook | null }>(`${recordPath(object, id)}/playbook`, {
        query: { operation },
        signal,
      }),
    staleTime: Infinity,
    gcTime: 0,
  });
}

/** Which items of a playbook were used, for the operation that is done with it at hand. */
export interface Guide {
  key: string;
  contact: string;
  used: string[];
}

export type Values = Record<string, Value>;

/** A change to one record, in the words of the contract. */
export type Change =
  | { kind: "update"; version: number; values: Values }
  | { kind: "move"; version: number; to: string; values?: Values; note?: string; key: string }
  | {
      kind: "do";
      version: number;
      operation: string;
      values: Values;
      playbook?: Guide;
      key: string;
    }
  | { kind: "assign"; person: string; key: string }
  | { kind: "merge"; version: number; other: string; otherVersion: number; values: Values };

function send(object: string, id: string, change: Change): Promise<RecordItem | undefined> {
  const path = recordPath(object, id);
  switch (change.kind) {
    case "update":
      return api(path, { method: "PATCH", body: { version: change.version, ...change.values } });
    case "move": {
      const { to, version, values, note, key } = change;
      const body = { to, version, values, note };
      return api(`${path}/transition`, { method: "POST", body, idempotencyKey: key });
    }
    case "do": {
      const { operation, version, values, playbook, key } = change;
      const body = { version, values, playbook };
      return api(`${path}/do/${operation}`, { method: "POST", body, idempotencyKey: key });
    }
    case "assign":
      return api(`${path}/assign`, {
        method: "POST",
        body: { person: change.person },
        idempotencyKey: change.key,
      });
    case "merge": {
      const { version, other, otherVersion, values } = change;
      const body = { version, other, other_version: otherVersion, values };
      return api(`${path}/merge`, { method: "POST", body });
    }
  }
}

/** Everything that shows records is asked anew, of any object: operations and rules write others', too. */
export function refreshRecords(client: QueryClient): Promise<unknown> {
  return Promise.all(
    ["records", "record", "views", "lanes"].map((key) =>
      client.invalidateQueries({ queryKey: [key] }),
    ),
  );
}

export function useChange(object: string, id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: Change) => send(object, id, change),
    onSettled: () => refreshRecords(client),
  });
}

export function useCreate(object: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ values, key }: { values: Values; key: string }) =>
      api<RecordItem>(`/objects/${object}/records`, {
        method: "POST",
        body: values,
        idempotencyKey: key,
      }),
    onSuccess: () => refreshRecords(client),
  });
}

export function useDelete(object: string, id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api<void>(recordPath(object, id), { method: "DELETE" }),
    onSuccess: () => {
      client.removeQueries({ queryKey: ["record", object, id] });
      return refreshRecords(client);
    },
  });
}
