import { expect, test } from "vitest";
import type { Notice } from "@/shared/api/types";
import { NO_POPUPS, withNotice, withoutNotice } from "./popups";

const notice = (id: string): Notice => ({ id, at: "", type: "", title: id });
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => notice(`n${i}`)).reduce(
    (now, one) => withNotice(now, one, 3),
    NO_POPUPS,
  );

test("a flood shows the newest three and counts the rest", () => {
  const popups = many(50);
  expect(popups.shown.map((one) => one.id)).toEqual(["n49", "n48", "n47"]);
  expect(popups.rest).toBe(47);
});

test("a notice that comes twice is shown once", () => {
  expect(withNotice(many(2), notice("n1"), 3)).toEqual(many(2));
});

test("the count leaves with the last one", () => {
  const one = withoutNotice(withoutNotice(many(5), "n4"), "n3");
  expect(one.rest).toBe(2);
  expect(withoutNotice(one, "n2")).toEqual(NO_POPUPS);
});
