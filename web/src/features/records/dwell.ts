/** How long a record has stood in its stage, against how long is expected of it. */
import type { Pipeline } from "@/shared/api/types";
import { DAY, SECOND } from "@/shared/format/times";

/** From this part of the expected time on it is told that the time is nearly over. */
const NEAR = 0.8;

export type StayState = "well" | "near" | "over";

/** Whole days, and what they are held against; `dwell` is in seconds. */
export function stayOf(
  since: string,
  dwell: number | null | undefined,
  now: number,
): { days: number; state: StayState } {
  const stood = Math.max(0, now - Date.parse(since));
  const part = dwell ? stood / (dwell * SECOND) : 0;
  return {
    days: Math.floor(stood / DAY),
    state: part > 1 ? "over" : part >= NEAR ? "near" : "well",
  };
}

/** Whether some stage says how long is expected, so that lists ask since when records stand where they do. */
export function expectsStays(pipeline: Pipeline | undefined): boolean {
  return pipeline?.stages.some((stage) => stage.dwell) ?? false;
}
