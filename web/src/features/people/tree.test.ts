import { expect, test } from "vitest";
import type { Department } from "./api";
import { branchesOf, targetsOf } from "./tree";

const one = (id: string, parent: string | null): Department => ({
  id,
  key: id,
  name: id,
  parent,
  head: null,
});
const COMPANY = [one("b1", "b"), one("hq", null), one("a", "hq"), one("b", "hq"), one("b2", "b1")];

test("every department stands under its parent, as deep as it lies", () => {
  expect(branchesOf(COMPANY).map(({ department, depth }) => [department.id, depth])).toEqual([
    ["hq", 0],
    ["a", 1],
    ["b", 1],
    ["b1", 2],
    ["b2", 3],
  ]);
});

test("one whose parent isn't there is not lost", () => {
  expect(branchesOf([one("a", "gone")]).map(({ depth }) => depth)).toEqual([0]);
});

test("a department can't be moved into itself or under itself", () => {
  const to = (moved: string) =>
    targetsOf(branchesOf(COMPANY), moved).map(({ department }) => department.id);
  expect(to("b")).toEqual(["hq", "a"]);
  expect(to("b2")).toEqual(["hq", "a", "b", "b1"]);
});
