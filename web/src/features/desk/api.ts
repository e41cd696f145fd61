/** One's own desk, and ticking a to-do off. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { Clock, RecordItem, Ref } from "@/shared/api/types";

/** To-dos of one app: records of an object, with the operations that tick one off and take that back. */
export interface Todos {
  label: string;
  object: string;
  /** Null where the reader may not see it. */
  title: string | null;
  due: string;
  about: string | null;
  done: string | null;
  undo: string | null;
  items: RecordItem[];
  next_cursor: string | null;
  total: number;
}

export interface DeskClock extends Clock {
  object: string;
  record: Ref;
}

export interface Desk {
  todos: Todos[];
  clocks: { items: DeskClock[] };
  figures: { key: string; label: string; object: string; value: number; value_is: string }[];
}

const EVERY = 60_000;

export const deskQuery = queryOptions({
  queryKey: ["desk"],
  queryFn: ({ signal }) => api<Desk>("/desk", { signal }),
  refetchInterval: EVERY,
});

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
