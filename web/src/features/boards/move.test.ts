import { expect, test } from "vitest";
import type { RecordItem } from "@/shared/api/types";
import { moved } from "./move";
import type { Board, CardItem, Lane } from "./types";

function card(id: string, light: string): CardItem {
  return { light, clocks: [], record: { id, version: 1 } as RecordItem };
}

function lane(id: string | null, ...items: CardItem[]): Lane {
  const lights: Record<string, number> = { late: 0, well: 0 };
  for (const one of items) lights[one.light] = (lights[one.light] ?? 0) + 1;
  return {
    person: id === null ? null : { id, label: id },
    takes: true,
    more: false,
    items,
    count: items.length,
    lights,
    figures: {},
  };
}

function board(...lanes: Lane[]): Board {
  const light = (key: string, color: "red" | "green") => ({ key, label: key, color });
  return {
    key: "b",
    label: "b",
    object: "lead",
    movable: true,
    lights: [light("late", "red"), light("well", "green")],
    figures: [],
    columns: [],
    totals: { count: 0, lights: {}, figures: {} },
    lanes,
    lane_count: lanes.length,
  };
}

const shown = (one: Lane | undefined) => one?.items.map((item) => item.record.id);

test("a card leaves its lane and stands before those under its own light", () => {
  const one = card("x", "well");
  const before = board(lane("a", one), lane("b", card("p", "late"), card("q", "well")));
  const after = moved(before, one, "a", "b");
  expect(after.lanes.map(shown)).toEqual([[], ["p", "x", "q"]]);
  expect(after.lanes.map((each) => each.count)).toEqual([0, 3]);
  expect(after.lanes.map((each) => each.lights)).toEqual([
    { late: 0, well: 0 },
    { late: 1, well: 2 },
  ]);
  expect(before.lanes.map(shown)).toEqual([["x"], ["p", "q"]]);
});

test("a card from nobody's lane may go to an empty one, and a card that stays changes nothing", () => {
  const one = card("x", "late");
  const before = board(lane(null, one), lane("b"));
  expect(moved(before, one, "none", "b").lanes.map(shown)).toEqual([[], ["x"]]);
  expect(moved(before, one, "b", "b")).toBe(before);
});
