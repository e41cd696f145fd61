import { expect, test, vi } from "vitest";
import { handOverAll } from "./handOver";

test("a share is asked for again until nothing remains, and progress is told all along", async () => {
  const left = { lead: 2300, customer: 5 } as Record<string, number>;
  const give = vi.fn((_person: string, _to: string, object: string) => {
    const before = left[object] ?? 0;
    const handed_over = Math.min(1000, before);
    left[object] = before - handed_over;
    return Promise.resolve({ handed_over, remaining: before - handed_over });
  });
  const told: number[] = [];
  const shares = [
    { object: "lead", to: "b" },
    { object: "customer", to: "c" },
  ];
  expect(await handOverAll("a", shares, (given) => told.push(given), give)).toBe(0);
  expect(told).toEqual([1000, 2000, 2300, 2305]);
  expect(give).toHaveBeenLastCalledWith("a", "c", "customer");
});

test("what can't be given is told as left, and not asked for forever", async () => {
  const give = vi.fn(() => Promise.resolve({ handed_over: 0, remaining: 3 }));
  expect(await handOverAll("a", [{ object: "lead", to: "b" }], () => {}, give)).toBe(3);
  expect(give).toHaveBeenCalledTimes(1);
});
