/** One shared one-second tick, told in the server's time; it runs only while something shows it. */
import { useSyncExternalStore } from "react";

let offset = 0;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** Set the clock by the server's, so that a wrong laptop clock does not show a wrong countdown. */
export function setServerTime(iso: string): void {
  const server = Date.parse(iso);
  if (!Number.isNaN(server)) offset = server - Date.now();
  now = serverNow();
}

export function serverNow(): number {
  return Date.now() + offset;
}

function tick(): void {
  now = serverNow();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    now = serverNow();
    timer = setInterval(tick, 1000);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** The server's time in milliseconds, anew every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
