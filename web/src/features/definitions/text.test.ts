import { expect, test } from "vitest";
import { namesOf } from "./places";
import { lineOf, read, textOf, wayOf } from "./text";

const TEXT = `scorecard: lead_score
factors:
  - key: source
    points: { expo: 15 }
  - key: dwell
    when: page_seconds > 180
`;

test("a body comes back from its text as it was", () => {
  const body = {
    scorecard: "s",
    when: "a == 'x: y'",
    parts: [{ key: "on", points: "2" }],
    off: "no",
  };
  expect(read(textOf(body))).toEqual({ body });
});

test("a place stands on its line, an unknown one on that of what contains it", () => {
  expect(wayOf("factors[1].when")).toEqual(["factors", 1, "when"]);
  expect(lineOf(TEXT, "factors[1].when")).toBe(6);
  expect(lineOf(TEXT, "factors[0].points.expo")).toBe(4);
  expect(lineOf(TEXT, "factors[dwell].when")).toBe(6);
  expect(lineOf(TEXT, "factors[1].points")).toBe(5);
  expect(lineOf(TEXT, "bands")).toBe(1);
});

test("wrong text is told with its line", () => {
  expect(read("a: 1\nb: [1, 2\nc: 3\n")).toMatchObject({ line: 3 });
  expect(read("just words")).toMatchObject({ line: 1 });
  expect(read("a: 1\na: 2\n")).toMatchObject({ line: 2 });
});

test("a place is said with the labels of what it leads through", () => {
  const body = { factors: [{ key: "dwell", label: { "zh-CN": "停留" }, points: { expo: 15 } }] };
  expect(namesOf("factors[dwell].points.expo", [null, body])).toEqual([
    "factors",
    "停留",
    "points",
    "expo",
  ]);
  expect(namesOf("factors[0].when", [body])).toEqual(["factors", "停留", "when"]);
  expect(namesOf("steps[2]", [body])).toEqual(["steps", "#3"]);
});
