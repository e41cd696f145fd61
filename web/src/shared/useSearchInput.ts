/** A field that is searched by: asked after a short pause in typing, at once on Enter. */
import { useEffect, useRef, type KeyboardEvent } from "react";
import { useLatest } from "@/shared/useLatest";

const TYPING_PAUSE = 250;

/**
 * What belongs on the input. It keeps its own text: one that waits for an address to come back would lose letters that
 * are typed meanwhile, and break off a Chinese word that is being chosen.
 */
export function useSearchInput(q: string, onSearch: (q: string) => void) {
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useLatest(onSearch);
  useEffect(() => {
    // Another page's words come in; what is being typed is left alone.
    if (input.current && document.activeElement !== input.current) input.current.value = q;
  }, [q]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const send = (after: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(input.current?.value.trim() ?? ""), after);
  };
  return {
    ref: input,
    type: "search",
    defaultValue: q,
    onChange: () => send(TYPING_PAUSE),
    onKeyDown: (event: KeyboardEvent) => event.key === "Enter" && send(0),
  } as const;
}
