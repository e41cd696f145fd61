import { expect, test } from "vitest";
import { lettersOf } from "./shortcuts";

test("each name gets a letter of its own, as near to its beginning as is free", () => {
  expect(
    lettersOf(["desk", "notices", "lead", "customer", "contact", "dd", "opportunity"]),
  ).toEqual(["d", "n", "l", "c", "o", undefined, "p"]);
});
