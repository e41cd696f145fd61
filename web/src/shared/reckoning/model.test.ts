import { expect, test } from "vitest";
import { rowsOf } from "./model";

test("stretches, pauses and days off stand in the order of time; days off in a row are one", () => {
  const rows = rowsOf(
    {
      calendar: "duty",
      label: "值班时间",
      time_zone: "UTC",
      target: 1800,
      counted: [
        { from: "2026-09-30T17:50:00Z", to: "2026-09-30T18:00:00Z", seconds: 600 },
        { from: "2026-10-03T09:00:00Z", to: "2026-10-03T09:20:00Z", seconds: 1200 },
      ],
      pauses: [{ from: "2026-09-30T10:00:00Z", to: "2026-09-30T17:50:00Z" }],
      skipped: [
        { date: "2026-10-01", why: "public_holiday", text: "国庆节放假" },
        { date: "2026-10-02", why: "public_holiday", text: "国庆节放假" },
      ],
      assumed_years: [],
      more: false,
      left: null,
    },
    (moment) => moment.slice(0, 10),
  );
  expect(rows.map(({ kind }) => kind)).toEqual(["paused", "counted", "skipped", "counted"]);
  expect(rows[2]).toMatchObject({ from: "2026-10-01", to: "2026-10-02" });
  expect(rows[3]).toMatchObject({ sum: 1800 });
});
