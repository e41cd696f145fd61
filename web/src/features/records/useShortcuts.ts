/** Single keys that work while nobody is typing and nothing lies over the record. */
import { useEffect, useEffectEvent } from "react";

const TYPED_INTO = "input, textarea, select, [contenteditable]";

/** Whether a sheet or menu lies over the record: the overlay that came last is uppermost. */
function isCovered(): boolean {
  const top = [...document.querySelectorAll("[role=dialog]")].at(-1);
  return top !== undefined && !top.querySelector("[data-record]");
}

export function useShortcuts(keys: Partial<Record<string, () => void>>): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const run = keys[event.key.toLowerCase()];
    if (!run || event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return;
    if (event.target instanceof Element && event.target.closest(TYPED_INTO)) return;
    if (isCovered()) return;
    event.preventDefault();
    run();
  });
  useEffect(() => {
    // Overlays keep keys to themselves, so they are seen on their way down.
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener("keydown", listener, true);
    return () => document.removeEventListener("keydown", listener, true);
  }, []);
}
