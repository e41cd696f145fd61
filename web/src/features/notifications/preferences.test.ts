import { expect, test } from "vitest";
import { baseTypes, withType, type Choice } from "./preferences";

const KNOWN = ["assigned", "assigned_many", "rule"];
const OFF: Choice = { in_app: false, email: "off" };

test("a notice of one and of many are one choice, set and taken back together", () => {
  expect(baseTypes(KNOWN)).toEqual(["assigned", "rule"]);
  const set = withType({ rule: OFF }, KNOWN, "assigned", OFF);
  expect(set).toEqual({ rule: OFF, assigned: OFF, assigned_many: OFF });
  expect(withType(set, KNOWN, "assigned", undefined)).toEqual({ rule: OFF });
});
