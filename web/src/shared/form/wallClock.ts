/** Between an instant and what a clock on the wall of a time zone shows; pickers know only the latter. */
import { dateFormat } from "@/shared/format/intl";
import { DAY, HOUR } from "@/shared/format/times";

const PARTS: Intl.DateTimeFormatOptions = {
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
};

/** The wall clock as `2026-11-22T09:30:00`. */
export function wallClockOf(instant: string | number, zone: string): string {
  const parts = dateFormat("en-US", { ...PARTS, timeZone: zone }).formatToParts(new Date(instant));
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? "00";
  return `${of("year")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}:${of("second")}`;
}

/** The instant at which the zone's wall clock shows this; the earlier reading where it shows it twice. */
export function instantOf(wallClock: string, zone: string): string {
  const wanted = Date.parse(`${wallClock}Z`);
  let instant = wanted;
  // Twice, because the first guess may stand on the other side of a change of the clocks.
  for (let i = 0; i < 2; i++) {
    instant -= Date.parse(`${wallClockOf(instant, zone)}Z`) - wanted;
  }
  return new Date(instant).toISOString();
}

const MORNING = "T09:00:00";

/** The usual moments to call again: in an hour, and in the mornings of days to come. */
export function usualMoments(now: number, zone: string): { days: number; instant: string }[] {
  return [0, 1, 3, 7].map((days) => {
    if (days === 0) return { days, instant: new Date(now + HOUR).toISOString() };
    const [day] = wallClockOf(now + days * DAY, zone).split("T");
    return { days, instant: instantOf(`${day}${MORNING}`, zone) };
  });
}
