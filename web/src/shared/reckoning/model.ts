/** How a due time came about, as the server tells it, and the rows of the table that shows it. */
import { api } from "@/shared/api/client";

export interface Reckoned {
  /** The calendar's key; `wall_clock` counts every moment. */
  calendar: string;
  label: string | null;
  time_zone: string;
  /** In seconds; older clocks don't know theirs. */
  target: number | null;
  counted: { from: string; to: string; seconds: number }[];
  skipped: { date: string; why: string; text: string }[];
  pauses?: { from: string; to: string }[];
  assumed_years: number[];
  more: boolean;
  /** Of a clock that is paused now, in seconds. */
  left: number | null;
}

interface Ahead extends Reckoned {
  started_at: string;
  due_at: string;
}

interface AheadAsked {
  calendar?: string;
  body?: Record<string, unknown>;
  start: string;
  target: string;
}

export function reckonAhead(asked: AheadAsked, signal?: AbortSignal): Promise<Ahead> {
  return api<Ahead>("/calendars/reckon", { method: "POST", body: asked, signal });
}

export type Row =
  | { kind: "counted"; at: string; from: string; to: string; seconds: number; sum: number }
  | { kind: "skipped"; at: string; from: string; to: string; text: string }
  | { kind: "paused"; at: string; from: string; to: string };

const DAY = 86_400_000;

/** Days in a row that are left out for the same reason are one row. */
function skippedRows(skipped: Reckoned["skipped"]): Row[] {
  const rows: (Row & { kind: "skipped" })[] = [];
  for (const { date, text } of skipped) {
    const last = rows.at(-1);
    if (last?.text === text && Date.parse(date) - Date.parse(last.to) === DAY) last.to = date;
    else rows.push({ kind: "skipped", at: date, from: date, to: date, text });
  }
  return rows;
}

/** All rows in the order of time; `dayOf` gives the local day of a moment. */
export function rowsOf(reckoned: Reckoned, dayOf: (moment: string) => string): Row[] {
  const counted = reckoned.counted.map((one, at): Row => {
    const sum = reckoned.counted.slice(0, at + 1).reduce((all, { seconds }) => all + seconds, 0);
    return { kind: "counted", at: `${dayOf(one.from)} ${one.from}`, ...one, sum };
  });
  const paused = (reckoned.pauses ?? []).map((one): Row => ({
    kind: "paused",
    at: `${dayOf(one.from)} ${one.from}`,
    ...one,
  }));
  return [...counted, ...paused, ...skippedRows(reckoned.skipped)].sort((a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : 0,
  );
}
