/** What a clock shows at a moment: its colour and its time left or over. */
import type { Clock, ClockColor } from "@/shared/api/types";
import { DAY, HOUR, MINUTE, spanOf, twoDigits } from "@/shared/format/times";

const NEAR = 5 * MINUTE;
const RANK: Record<ClockColor, number> = { green: 0, amber: 1, red: 2 };

type Counted = Pick<Clock, "due_at" | "state"> & { color?: ClockColor };

/** Whether the clock still counts: a breached one counts how late it is until it is met. */
export function isCounting(clock: Pick<Clock, "state">): boolean {
  return clock.state === "running" || clock.state === "breached";
}

/** The server's colour at fetch time, or a worse one that time has brought since. */
export function colorAt(clock: Counted, now: number): ClockColor {
  const left = Date.parse(clock.due_at) - now;
  const byTime: ClockColor = left <= 0 ? "red" : left <= NEAR ? "amber" : "green";
  const told = clock.color ?? "green";
  return RANK[byTime] > RANK[told] ? byTime : told;
}

/** The time left or over as digits below a day, in days and hours beyond; the words are the caller's. */
export function countAt(
  dueAt: string,
  now: number,
): { late: boolean; digits?: string; days?: number; hours?: number } {
  const left = Date.parse(dueAt) - now;
  const late = left <= 0;
  const { days, hours, minutes, seconds } = spanOf(left);
  if (Math.abs(left) >= DAY) return { late, days, hours };
  const short = `${twoDigits(minutes)}:${twoDigits(seconds)}`;
  return { late, digits: Math.abs(left) >= HOUR ? `${hours}:${short}` : short };
}

/** The clock that matters most: the counting one that is due first, else the last that ended. */
export function mostUrgent<C extends Pick<Clock, "state" | "due_at">>(
  clocks: readonly C[] | undefined,
): C | undefined {
  const sorted = [...(clocks ?? [])].sort((a, b) => Date.parse(a.due_at) - Date.parse(b.due_at));
  return sorted.find(isCounting) ?? sorted.at(-1);
}
