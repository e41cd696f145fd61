import { expect, test } from "vitest";
import { daysOf } from "./leave";

const ZONE = "Asia/Shanghai";
const leave = (from: string, until: string) => ({ from, until, note: null });

test("leave of whole days is told with its last day, which the end lies behind", () => {
  expect(daysOf(leave("2026-11-30T16:00:00Z", "2026-12-03T16:00:00Z"), ZONE)).toEqual({
    first: "2026-12-01",
    last: "2026-12-03",
  });
});

test("leave that begins at noon is none of days", () => {
  expect(daysOf(leave("2026-12-01T04:00:00Z", "2026-12-03T16:00:00Z"), ZONE)).toBeUndefined();
});
