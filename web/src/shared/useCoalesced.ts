/** A task of a component that may be asked for often and runs at most once an interval. */
import { useEffect, useEffectEvent, useRef } from "react";
import { coalesce, type Coalesced } from "@/shared/throttle";

export function useCoalesced(task: () => Promise<unknown>, interval: number): () => void {
  const run = useEffectEvent(task);
  const calls = useRef<Coalesced>(undefined);
  useEffect(() => {
    const own = coalesce(() => run(), interval);
    calls.current = own;
    return own.cancel;
  }, [interval]);
  return () => calls.current?.();
}
