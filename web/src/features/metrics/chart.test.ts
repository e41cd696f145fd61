import { expect, test } from "vitest";
import { placed, roundUp } from "./chart";

test("a scale ends at a round number", () => {
  expect([0, 0.3, 1, 7, 23, 51, 100].map(roundUp)).toEqual([1, 0.5, 1, 10, 50, 100, 100]);
});

test("points stand by day and value, and the good line is on the scale", () => {
  const points = [
    { day: "2026-11-01", value: 0 },
    { day: "2026-11-02", value: 5 },
    { day: "2026-11-05", value: 10 },
  ];
  const { points: at, good, top } = placed(points, 20, "number", 400, 100);
  expect(top).toBe(20);
  expect(at.map(({ x, y }) => [x, y])).toEqual([
    [0, 100],
    [100, 75],
    [400, 50],
  ]);
  expect(good).toBe(0);
});

test("a single point stands in the middle, a share goes to the whole", () => {
  const { points, top } = placed([{ day: "2026-11-01", value: 0.8 }], null, "share", 100, 100);
  expect([points[0]?.x, top]).toEqual([50, 1]);
});

test("a scale of spans ends at round minutes or hours", () => {
  const topOf = (seconds: number) =>
    placed([{ day: "2026-11-01", value: seconds }], null, "duration", 100, 100).top;
  expect([45, 1_800, 5 * 3_600, 30 * 3_600].map(topOf)).toEqual([50, 3_000, 18_000, 180_000]);
});
