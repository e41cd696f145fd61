/** Moments and spans in words: in the company's time zone, short in lists and full on hover. */
import type { Locale } from "@/shared/i18n";
import { dateFormat } from "./intl";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

function dayIn(at: number, zone: string): string {
  return dateFormat("en-CA", { timeZone: zone }).format(at);
}

/** The full date and time; to the second only where the order of deeds matters. */
export function formatMomentFull(
  at: string | number,
  zone: string,
  locale: Locale,
  timeStyle: "short" | "medium" = "short",
): string {
  return dateFormat(locale, {
    timeZone: zone,
    dateStyle: "medium",
    timeStyle,
    hourCycle: "h23",
  }).format(new Date(at));
}

/** The time today, day and time this year, else the date. */
export function formatMoment(
  at: string | number,
  now: number,
  zone: string,
  locale: Locale,
): string {
  const moment = new Date(at).getTime();
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const [day, today] = [dayIn(moment, zone), dayIn(now, zone)];
  const options: Intl.DateTimeFormatOptions =
    day === today
      ? clock
      : day.slice(0, 4) === today.slice(0, 4)
        ? { month: "short", day: "numeric", ...clock }
        : { year: "numeric", month: "2-digit", day: "2-digit" };
  return dateFormat(locale, { timeZone: zone, ...options }).format(moment);
}

export function formatDate(day: string, locale: Locale): string {
  // A day has no zone: it is read and written in UTC so that no zone can move it.
  return dateFormat(locale, { timeZone: "UTC", dateStyle: "medium" }).format(
    new Date(`${day}T00:00:00Z`),
  );
}

/** How long ago or ahead, in one unit, as "3 minutes ago"; `justNow` is said of less than a minute. */
export function formatAgo(
  at: string | number,
  now: number,
  locale: Locale,
  justNow: string,
): string {
  const span = new Date(at).getTime() - now;
  const size = Math.abs(span);
  if (size < MINUTE) return justNow;
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  // Chinese comes without the space that all our words have beside a number.
  const said = (count: number, unit: Intl.RelativeTimeFormatUnit) =>
    relative.format(Math.trunc(count), unit).replace(/^(\d+)(?=[^\d\s])/, "$1 ");
  if (size < HOUR) return said(span / MINUTE, "minute");
  if (size < DAY) return said(span / HOUR, "hour");
  return said(span / DAY, "day");
}

export interface Span {
  days: number;
  hours: number;
  minutes: number;
  seconds: number;
}

export function spanOf(milliseconds: number): Span {
  const whole = Math.floor(Math.abs(milliseconds) / SECOND);
  return {
    days: Math.floor(whole / 86_400),
    hours: Math.floor((whole % 86_400) / 3_600),
    minutes: Math.floor((whole % 3_600) / 60),
    seconds: whole % 60,
  };
}

export function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
