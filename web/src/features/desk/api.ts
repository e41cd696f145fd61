/** One's own desk, and ticking a to-do off. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { Clock, Notice, NoticePage, RecordItem, Ref } from "@/shared/api/types";

/** To-dos of one app: records of an object, with the operations that tick one off and take that back. */
export interface Todos {
  label: string;
  object: string;
  /** Null where the reader may not see it. */
  title: string | null;
  due: string;
  /** Relations to what a to-do is about, of which the first that is filled counts. */
  about: string[];
  done: string | null;
  undo: string | null;
  /** The condition of the list of all of them. */
  filter: string;
  items: RecordItem[];
  next_cursor: string | null;
  total: number;
}

export interface DeskClock extends Clock {
  object: string;
  record: Ref;
  /** The operation that would meet it; null where none can be told. */
  meets: string | null;
}

export interface Desk {
  todos: Todos[];
  clocks: { items: DeskClock[] };
  figures: Figure[];
}

export interface Figure {
  key: string;
  label: string;
  object: string;
  /** The condition of the records that it counts. */
  filter: string;
  value: number;
  value_is: string;
}

/** What the desk shows of a board: whose lanes stand worst. */
interface BoardGlance {
  key: string;
  label: string;
  lights: { key: string; label: string; color: "red" | "amber" | "green" }[];
  lanes: { person: Ref | null; count: number; lights: Record<string, number> }[];
  lane_count: number;
}

const EVERY = 60_000;

export const deskQuery = queryOptions({
  queryKey: ["desk"],
  queryFn: ({ signal }) => api<Desk>("/desk", { signal }),
  refetchInterval: EVERY,
});

const LANES = 6;

export function glanceQuery(board: string) {
  return queryOptions({
    queryKey: ["board", board, "glance"],
    queryFn: ({ signal }) =>
      api<BoardGlance>(`/boards/${board}`, { query: { cards: 0, limit: LANES }, signal }),
    refetchInterval: EVERY,
  });
}

const LOOKED_THROUGH = 50;
const TOLD = 4;

/** The unread notices that are more than news. */
export const weightyQuery = queryOptions({
  queryKey: ["notifications", "weighty"],
  queryFn: async ({ signal }) => {
    const query = { unread: true, limit: LOOKED_THROUGH };
    const { items } = await api<NoticePage>("/notifications", { query, signal });
    return items.filter((one) => one.level === "danger" || one.level === "warning");
  },
  select: (items: Notice[]) => ({ items: items.slice(0, TOLD), rest: items.length - TOLD }),
});

/** Make a to-do of one's own. */
export function useAddTodo(object: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ values, key }: { values: Record<string, unknown>; key: string }) =>
      api<RecordItem>(`/objects/${object}/records`, {
        method: "POST",
        body: values,
        idempotencyKey: key,
      }),
    onSettled: () => client.invalidateQueries({ queryKey: ["desk"] }),
  });
}

/** Do one of the operations of a to-do; the desk is asked again in any case. */
export function useOperate() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (todo: { object: string; id: string; version: number; operation: string }) =>
      api<RecordItem>(`/objects/${todo.object}/records/${todo.id}/do/${todo.operation}`, {
        method: "POST",
        body: { version: todo.version },
      }),
    onSettled: () => client.invalidateQueries({ queryKey: ["desk"] }),
  });
}
