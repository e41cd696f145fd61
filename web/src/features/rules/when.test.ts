import { expect, test } from "vitest";
import { readWhen, writeWhen } from "./when";

test.each([
  ["changed.score", { fields: ["score"], rest: undefined }],
  ["changed.score and (grade == 'A')", { fields: ["score"], rest: "grade == 'A'" }],
  [
    "(changed.score or changed.grade) and (coalesce(a, ')') == ')')",
    { fields: ["score", "grade"], rest: "coalesce(a, ')') == ')'" },
  ],
])("%s begins with fields and is written the same", (source, when) => {
  expect(readWhen(source)).toEqual(when);
  expect(writeWhen(when)).toBe(source);
});

test.each([
  "grade == 'A' and before.grade in ['B', 'C']",
  "changed.score and grade == 'A'",
  "changed.score and (a) or (b)",
  "not changed.score",
  "changed.score or changed.grade",
])("%s is nothing but a condition", (source) => {
  expect(readWhen(source)).toEqual({ fields: [], rest: source });
  expect(writeWhen(readWhen(source))).toBe(source);
});

test("an empty condition beside fields is left out", () => {
  expect(writeWhen({ fields: ["score"], rest: " " })).toBe("changed.score");
  expect(writeWhen({ fields: [], rest: undefined })).toBeUndefined();
});
