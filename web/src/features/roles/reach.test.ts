import { expect, test } from "vitest";
import { readReach, widen, writeReach } from "./reach";

test.each([
  [undefined, "none", []],
  ["own", "own", []],
  ["pool == 'public'", "none", [["pool == 'public'", ""]]],
  [["own", "pool == 'public'"], "own", [["pool == 'public'", "[1]"]]],
  [["a == 1", "department", "below"], "below", [["a == 1", "[0]"]]],
])("%j is read as a scope and its conditions, each at its place", (raw, scope, conditions) => {
  const reach = readReach(raw);
  expect(reach.scope).toBe(scope);
  expect(reach.conditions.map((one) => [one.text, one.at])).toEqual(conditions);
});

test("as little is written as says the same", () => {
  expect(writeReach("none", [])).toBeUndefined();
  expect(writeReach("all", [])).toBe("all");
  expect(writeReach("none", ["a == 1"])).toBe("a == 1");
  expect(writeReach("own", ["a == 1"])).toEqual(["own", "a == 1"]);
});

test("another scope leaves the conditions alone", () => {
  expect(widen(readReach(["own", "a == 1"]), "below")).toEqual(["below", "a == 1"]);
  expect(widen(readReach("own"), "none")).toBeUndefined();
});

test("a condition that is being written is kept though it says nothing yet", () => {
  const written = writeReach("own", [""]);
  expect(readReach(written).conditions).toEqual([{ text: "", at: "[1]" }]);
});
