/** Leave in words: whole days as days, anything else with its hours. */
import { wallClockOf } from "@/shared/form/wallClock";
import { DAY } from "@/shared/format/times";
import type { Format } from "@/shared/format/useFormat";
import type { Leave } from "./api";

const MIDNIGHT = "00:00:00";

/** First and last day of leave that counts whole days; nothing where it begins or ends within one. */
export function daysOf(leave: Leave, zone: string): { first: string; last: string } | undefined {
  const [first, starts] = wallClockOf(leave.from, zone).split("T");
  const [end, ends] = wallClockOf(leave.until, zone).split("T");
  if (!first || !end || starts !== MIDNIGHT || ends !== MIDNIGHT) return undefined;
  const last = new Date(Date.parse(`${end}T00:00:00Z`) - DAY).toISOString().slice(0, 10);
  return { first, last };
}

export function leaveText(leave: Leave, format: Format): string {
  const days = daysOf(leave, format.zone);
  if (!days) return `${format.momentFull(leave.from)} – ${format.momentFull(leave.until)}`;
  const { first, last } = days;
  return first === last ? format.date(first) : `${format.date(first)} – ${format.date(last)}`;
}
