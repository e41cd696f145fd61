/** Keys for the items of a list whose items have none of their own: each keeps its key while it is edited or moved. */
import { useState } from "react";

interface ItemKeys<T> {
  keyOf: (item: T, at: number) => string;
  /** To be told of every next list before it is passed on. */
  follow: (next: readonly T[]) => void;
}

export function useItemKeys<T>(items: readonly T[]): ItemKeys<T> {
  const [kept, setKept] = useState<readonly number[]>(() => items.map((_, at) => at));
  // A list that came from elsewhere, such as an earlier version, is numbered anew.
  const keys = kept.length === items.length ? kept : items.map((_, at) => at);
  return {
    keyOf: (_, at) => String(keys[at]),
    follow: (next) => {
      let free = Math.max(-1, ...keys) + 1;
      setKept(
        next.map((item, at) => {
          const was = items.indexOf(item);
          if (was >= 0) return keys[was]!;
          return next.length === items.length ? keys[at]! : free++;
        }),
      );
    },
  };
}
