/** Which notices stand on the screen: the newest few, the rest only counted. */
import type { Notice } from "@/shared/api/types";

interface Popups {
  shown: readonly Notice[];
  /** How many more came in while these stood. */
  rest: number;
}

export const NO_POPUPS: Popups = { shown: [], rest: 0 };

/** The newest stands first; what falls off the end of `most` is counted. */
export function withNotice({ shown, rest }: Popups, notice: Notice, most: number): Popups {
  if (shown.some((one) => one.id === notice.id)) return { shown, rest };
  const all = [notice, ...shown];
  return {
    shown: all.slice(0, most),
    rest: rest + Math.max(0, all.length - most),
  };
}

/** The count goes with the last one shown. */
export function withoutNotice({ shown, rest }: Popups, id: string): Popups {
  const left = shown.filter((one) => one.id !== id);
  return left.length > 0 ? { shown: left, rest } : NO_POPUPS;
}
