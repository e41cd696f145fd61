import { expect, test } from "vitest";
import { pathsOf, readRate, readSource, writeRate, writeSource } from "./source";

test.each([
  "data.phone",
  ["a.phone", "b.phone"],
  { value: "expo" },
  { from: "channel", values: { "1": "website", "2": "live" }, else: "other" },
  { from: ["a", "b"], else: "other" },
])("%j is written as it was read", (raw) => {
  expect(writeSource(readSource(raw))).toEqual(raw);
});

test("nothing yet is an empty place, which the server asks for", () => {
  expect(writeSource(readSource(undefined))).toBe("");
});

test("places are told apart by bars", () => {
  expect(pathsOf(" a.b | fields[name=phone].value |")).toEqual(["a.b", "fields[name=phone].value"]);
});

test("a rate is a number in a span", () => {
  expect(readRate("30/min")).toEqual({ number: 30, unit: "min" });
  expect(readRate("")).toEqual({ number: null, unit: "min" });
  expect(writeRate(5, "day")).toBe("5/day");
  expect(writeRate(null, "day")).toBeUndefined();
});
