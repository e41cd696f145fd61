import { expect, test } from "vitest";
import { monthAfter, monthOf, ownDays, ownOf, readWeek, setOwn, writeWeek } from "./week";

const SHIFTS = ["09:00-12:00", "13:30-18:00"];
const PLAIN = { calendar: "duty", hours: SHIFTS };

test("hours of all working days are one list, with the weekend where it is another", () => {
  const week = readWeek(PLAIN);
  expect(week.fri).toEqual(SHIFTS);
  expect(week.sat).toEqual([]);
  expect(writeWeek(PLAIN, week)).toEqual(PLAIN);
  expect(writeWeek(PLAIN, { ...week, sat: SHIFTS })).toEqual({ ...PLAIN, weekend: [7] });
});

test("hours that differ are said by day, and are one list again once they don't", () => {
  const week = readWeek(PLAIN);
  const short = writeWeek({ ...PLAIN, weekend: [6, 7] }, { ...week, fri: ["09:00-12:00"] });
  expect(short).toEqual({
    calendar: "duty",
    hours: { mon: SHIFTS, tue: SHIFTS, wed: SHIFTS, thu: SHIFTS, fri: ["09:00-12:00"] },
  });
  expect(readWeek(short).fri).toEqual(["09:00-12:00"]);
  expect(writeWeek(short, week)).toEqual(PLAIN);
});

test("a calendar that says no hours is worked around the clock and stays without", () => {
  expect(readWeek({}).mon).toEqual(["00:00-24:00"]);
  expect(writeWeek({}, readWeek({}))).toEqual({});
});

test("the company's own days take the place of each other", () => {
  const off = setOwn(PLAIN, "2026-10-09", { kind: "holiday", hours: [] });
  expect(off.holidays).toEqual(["2026-10-09"]);
  const worked = setOwn(off, "2026-10-09", { kind: "workday", hours: [] });
  expect(worked).toEqual({ ...PLAIN, workdays: ["2026-10-09"] });
  const half = setOwn(worked, "2026-10-09", { kind: "hours", hours: ["09:00-12:00"] });
  expect(half).toEqual({ ...PLAIN, days: { "2026-10-09": ["09:00-12:00"] } });
  expect(ownOf(half, "2026-10-09")).toEqual({ kind: "hours", hours: ["09:00-12:00"] });
  expect(setOwn(half, "2026-10-09", null)).toEqual(PLAIN);
});

test("they are listed in order, however they are written", () => {
  const body = { holidays: ["2026-12-31"], days: { "2026-02-01": [] }, workdays: ["2026-06-06"] };
  expect(ownDays(body).map(([date, { kind }]) => [date, kind])).toEqual([
    ["2026-02-01", "holiday"],
    ["2026-06-06", "workday"],
    ["2026-12-31", "holiday"],
  ]);
});

test("a month begins below its weekday", () => {
  expect(monthOf("2026-11")).toMatchObject({ before: 6 });
  expect(monthOf("2028-02").dates.at(-1)).toBe("2028-02-29");
  expect(monthAfter("2026-12", 1)).toBe("2027-01");
});
