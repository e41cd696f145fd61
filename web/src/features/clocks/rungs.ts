/** The rungs of a clock in the order of time, each with its place in the body. */
import { textIn } from "@/shared/definition/body";
import { secondsOf } from "@/shared/sentence/span";

export type Rung = Record<string, unknown>;

/** What a clock names that counts every moment. */
export const WALL = "wall_clock";

export function offsetOf(rung: Rung): number {
  return secondsOf(textIn(rung, "at"));
}

/** The places of the rungs, earliest first; rungs of the same moment stay as they are written. */
export function orderOf(rungs: readonly Rung[]): number[] {
  return rungs
    .map((rung, at) => ({ at, offset: offsetOf(rung) }))
    .sort((a, b) => a.offset - b.offset || a.at - b.at)
    .map(({ at }) => at);
}
