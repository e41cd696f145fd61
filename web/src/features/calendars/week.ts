/** A calendar's week and its single days, read from a body and written back into it. */
import { listIn, partOf, put } from "@/shared/definition/body";
import type { DefinitionBody } from "@/shared/definition/form";

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];
/** The stretches of each day, as `09:00-12:00`; none on one that isn't worked. */
export type Week = Record<Day, string[]>;

const ALL_DAY = ["00:00-24:00"];
/** By ISO numbers; what holds where nothing is said. */
const WEEKEND = [6, 7];

export function stretchesOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === "string");
}

function isMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function weekOf(of: (day: Day, number: number) => string[]): Week {
  return Object.fromEntries(DAYS.map((day, at) => [day, of(day, at + 1)])) as Week;
}

export function readWeek(body: DefinitionBody): Week {
  const { hours } = body;
  if (isMapping(hours)) return weekOf((day) => stretchesOf(partOf(body, "hours")[day]));
  const usual = hours === undefined ? ALL_DAY : stretchesOf(hours);
  const off = "weekend" in body ? listIn<number>(body, "weekend") : WEEKEND;
  return weekOf((_, number) => (off.includes(number) ? [] : usual));
}

function same(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, at) => one === b[at]);
}

/** One list of hours where every working day has the same, else the hours of each day. */
export function writeWeek(body: DefinitionBody, week: Week): DefinitionBody {
  const worked = DAYS.filter((day) => week[day].length > 0);
  const first = worked[0];
  const usual = first ? week[first] : [];
  if (!first || worked.some((day) => !same(week[day], usual))) {
    const hours = Object.fromEntries(worked.map((day) => [day, week[day]]));
    return put(put(body, "weekend", undefined), "hours", hours);
  }
  const off = DAYS.flatMap((day, at) => (worked.includes(day) ? [] : [at + 1]));
  const plain = body.hours === undefined && same(usual, ALL_DAY);
  const asUsual = same(off, WEEKEND) && !("weekend" in body);
  return put(put(body, "hours", plain ? undefined : usual), "weekend", asUsual ? undefined : off);
}

/** The two ends of a stretch. */
export function endsOf(stretch: string): [string, string] {
  const [from = "", to = ""] = stretch.split("-");
  return [from, to];
}

/** The minutes of a time of day. */
export function minutesOf(time: string): number {
  const [hours, minutes] = time.split(":").map(Number);
  return (hours || 0) * 60 + (minutes || 0);
}

export type OwnKind = "holiday" | "workday" | "hours";

export interface Own {
  kind: OwnKind;
  hours: string[];
}

/** What the company has said of a single day. */
export function ownOf(body: DefinitionBody, date: string): Own | null {
  const hours = partOf(body, "days")[date];
  if (hours !== undefined) {
    const said = stretchesOf(hours);
    return { kind: said.length > 0 ? "hours" : "holiday", hours: said };
  }
  if (listIn<string>(body, "holidays").includes(date)) return { kind: "holiday", hours: [] };
  if (listIn<string>(body, "workdays").includes(date)) return { kind: "workday", hours: [] };
  return null;
}

/** All of them, in order. */
export function ownDays(body: DefinitionBody): [string, Own][] {
  const dates = new Set([
    ...listIn<string>(body, "holidays"),
    ...listIn<string>(body, "workdays"),
    ...Object.keys(partOf(body, "days")),
  ]);
  return [...dates].sort().map((date) => [date, ownOf(body, date)!]);
}

export function setOwn(body: DefinitionBody, date: string, own: Own | null): DefinitionBody {
  let next = body;
  for (const [key, kind] of [
    ["holidays", "holiday"],
    ["workdays", "workday"],
  ] as const) {
    const others = listIn<string>(body, key).filter((one) => one !== date);
    const dates = own?.kind === kind ? [...others, date].sort() : others;
    if (key in body || dates.length > 0) {
      next = put(next, key, dates.length > 0 ? dates : undefined);
    }
  }
  const days = put(partOf(body, "days"), date, own?.kind === "hours" ? own.hours : undefined);
  if ("days" in body || own?.kind === "hours") {
    next = put(next, "days", Object.keys(days).length > 0 ? days : undefined);
  }
  return next;
}

/** The days of a month as `2026-10-01`, with how many of the week stand before its first. */
export function monthOf(month: string): { dates: string[]; before: number } {
  const [year, number] = month.split("-").map(Number);
  const count = new Date(Date.UTC(year!, number!, 0)).getUTCDate();
  const first = new Date(Date.UTC(year!, number! - 1, 1)).getUTCDay();
  const dates = Array.from(
    { length: count },
    (_, at) => `${month}-${String(at + 1).padStart(2, "0")}`,
  );
  return { dates, before: (first + 6) % 7 };
}

export function monthAfter(month: string, by: number): string {
  const [year, number] = month.split("-").map(Number);
  return new Date(Date.UTC(year!, number! - 1 + by, 1)).toISOString().slice(0, 7);
}
