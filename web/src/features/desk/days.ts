/** Days and hours on the wall clock of the company. */
import { instantOf } from "@/shared/form/wallClock";
import { dateFormat } from "@/shared/format/intl";
import { DAY, HOUR } from "@/shared/format/times";

const DAWN = 5;
const NOON = 12;
const AFTERNOON = 14;
const EVENING = 18;

/** The day as `2026-11-30`. */
export function dayOf(at: string | number, zone: string): string {
  return dateFormat("en-CA", { timeZone: zone }).format(new Date(at));
}

type PartOfDay = "night" | "morning" | "noon" | "afternoon" | "evening";

export function partOfDay(at: number, zone: string): PartOfDay {
  const hour = Number(
    dateFormat("en-GB", { timeZone: zone, hour: "2-digit", hourCycle: "h23" }).format(at),
  );
  if (hour < DAWN) return "night";
  if (hour < NOON) return "morning";
  if (hour < AFTERNOON) return "noon";
  return hour < EVENING ? "afternoon" : "evening";
}

/** To which heading a to-do belongs. */
export type When = "late" | "today" | "later" | "undated";

export function whenOf(due: unknown, now: number, zone: string): When {
  if (typeof due !== "string") return "undated";
  if (Date.parse(due) <= now) return "late";
  return dayOf(due, zone) === dayOf(now, zone) ? "today" : "later";
}

export const DUES = ["today", "tomorrow", "monday", "none"] as const;
export type Due = (typeof DUES)[number];

const CLOSE = "18:00:00";
const OPEN = "09:00:00";

/** When a to-do is due that is wanted so; in the evening "today" is an hour from now. */
export function dueOf(due: Due, now: number, zone: string): string | null {
  const today = dayOf(now, zone);
  if (due === "none") return null;
  if (due === "today") {
    const close = instantOf(`${today}T${CLOSE}`, zone);
    return Date.parse(close) > now ? close : new Date(now + HOUR).toISOString();
  }
  if (due === "tomorrow") return instantOf(`${dayOf(now + DAY, zone)}T${OPEN}`, zone);
  const weekday = new Date(`${today}T00:00:00Z`).getUTCDay();
  const ahead = ((8 - weekday) % 7 || 7) * DAY;
  return instantOf(`${dayOf(now + ahead, zone)}T${OPEN}`, zone);
}
