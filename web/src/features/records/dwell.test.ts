import { expect, test } from "vitest";
import { DAY } from "@/shared/format/times";
import { stayOf } from "./dwell";

const NOW = Date.parse("2026-05-20T08:00:00Z");
const WEEK = 7 * 86_400;
const at = (days: number, dwell?: number) =>
  stayOf(new Date(NOW - days * DAY).toISOString(), dwell, NOW);

test("a stay is well, then near its end from four fifths on, then over", () => {
  expect(at(5.5, WEEK)).toEqual({ days: 5, state: "well" });
  expect(at(5.6, WEEK)).toEqual({ days: 5, state: "near" });
  expect(at(7, WEEK)).toEqual({ days: 7, state: "near" });
  expect(at(7.01, WEEK)).toEqual({ days: 7, state: "over" });
});

test("where nothing is expected nothing is late, and nobody has stood for less than no time", () => {
  expect(at(400)).toEqual({ days: 400, state: "well" });
  expect(at(-1, WEEK)).toEqual({ days: 0, state: "well" });
});
