/** Keeps what is shown in step with the stream: one refetch for a flood of events, never a storm. */
import { useQueryClient } from "@tanstack/react-query";
import { useStreamEvent } from "@/shared/stream";
import { useCoalesced } from "@/shared/useCoalesced";

/** Below a second, so that a new record is seen within a second of its event. */
const LIST_EVERY = 300;
/** Groups and columns of a kanban are several questions at once. */
const LANES_EVERY = 1_500;
const COUNTS_EVERY = 4_000;

/** Refetch the visible page of a list, and more seldom the counts of its views. */
export function useLiveList(object: string): void {
  const client = useQueryClient();
  const list = useCoalesced(
    () => client.invalidateQueries({ queryKey: ["records", object] }),
    LIST_EVERY,
  );
  const lanes = useCoalesced(
    () => client.invalidateQueries({ queryKey: ["lanes", object] }),
    LANES_EVERY,
  );
  const counts = useCoalesced(
    () => client.invalidateQueries({ queryKey: ["views", object] }),
    COUNTS_EVERY,
  );
  const refresh = () => {
    list();
    lanes();
    counts();
  };
  const onChange = (event: { object: string }) => {
    if (event.object === object) refresh();
  };
  useStreamEvent("record", onChange);
  useStreamEvent("clock", onChange);
  useStreamEvent("resync", refresh);
}

/** Refetch one record with its timeline and explanation. */
export function useLiveRecord(object: string, id: string): void {
  const client = useQueryClient();
  const refresh = useCoalesced(
    () => client.invalidateQueries({ queryKey: ["record", object, id] }),
    LIST_EVERY,
  );
  useStreamEvent("record", (event) => event.id === id && refresh());
  useStreamEvent("clock", (event) => event.record === id && refresh());
  useStreamEvent("resync", refresh);
}
