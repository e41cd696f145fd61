/** The one server-sent stream of a page: opened once, read by whoever asks, reopened when it is lost. */
import { useEffect, useEffectEvent } from "react";
import type { Notice } from "@/shared/api/types";

interface StreamEvents {
  notification: Notice;
  clock: { object: string; record: string; event: string };
  job: { id: string };
  record: { object: string; id: string; version: number; event: string };
  /** What is in force for the reader: told when the stream opens, and whenever it has moved on. */
  release: { release: number | string };
  resync: Record<string, never>;
}

type Kind = keyof StreamEvents;
type Listener<K extends Kind> = (data: StreamEvents[K]) => void;

const KINDS: Kind[] = ["notification", "clock", "job", "record", "release", "resync"];
const REOPEN_AFTER = 3_000;
const listeners: { [K in Kind]: Set<Listener<K>> } = {
  notification: new Set(),
  clock: new Set(),
  job: new Set(),
  record: new Set(),
  release: new Set(),
  resync: new Set(),
};

function emit<K extends Kind>(kind: K, data: StreamEvents[K]): void {
  for (const listener of listeners[kind]) listener(data);
}

/** Open the stream for these topics; the answer closes it. */
export function openStream(topics: string[]): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let lost = false;

  const open = () => {
    source = new EventSource(`/api/v1/stream?topics=${encodeURIComponent(topics.join(","))}`);
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        const text = (event as MessageEvent<string>).data;
        emit(kind, JSON.parse(text || "{}") as StreamEvents[typeof kind]);
      });
    }
    source.onopen = () => {
      // A new connection does not resume where the lost one stood.
      if (lost) emit("resync", {});
      lost = false;
    };
    source.onerror = () => {
      // The browser reconnects by itself unless the server answered with an error.
      if (source?.readyState !== EventSource.CLOSED) return;
      lost = true;
      retry = setTimeout(open, REOPEN_AFTER);
    };
  };

  open();
  return () => {
    clearTimeout(retry);
    source?.close();
  };
}

/** Listen to one kind of event while the component is mounted. */
export function useStreamEvent<K extends Kind>(kind: K, listener: Listener<K>): void {
  const heard = useEffectEvent(listener);
  useEffect(() => {
    const own: Listener<K> = (data) => heard(data);
    listeners[kind].add(own);
    return () => void listeners[kind].delete(own);
  }, [kind]);
}
