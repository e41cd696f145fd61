import { fireEvent, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { expectRoundTrip, shipped, showForm } from "@/shared/definition/testing";
import { bringWords } from "@/shared/i18n";
import { words as sentence } from "@/shared/sentence/words";
import { readMeasure, writeMeasure } from "./measure";
import { MetricForm } from "./MetricForm";
import { words } from "./formWords/words";

// Expressions are written in the plain field that stands there until the editor is fetched.
vi.mock("@/shared/expression/Written", () => new Promise(() => {}));

await Promise.all([words, sentence].map(bringWords));

test.each(shipped("metrics"))("%s comes out of its form as it went in", (_, body) => {
  const { container, seen } = showForm(MetricForm, { ...body, later: { kept: true } });
  expect(seen.changes).toBe(0);
  expectRoundTrip(container, seen);
  expect(seen.changes).toBeGreaterThan(3);
});

test.each(shipped("metrics").map(([, body]) => String(body.of)))("%s is said in words", (of) => {
  const measure = readMeasure(of);
  expect(measure && writeMeasure(measure)).toBe(of);
});

test.each(["count(a) + count(b)", "1 + 1", "median()", "count(a, b)", "count(a", "sum(x) / 2"])(
  "%s is edited as it is written",
  (of) => expect(readMeasure(of)).toBeUndefined(),
);

test("marks in brackets and quotes part nothing", () => {
  expect(readMeasure("sum(pick(a, 1, 2) / 3, note == ', /')")).toEqual({
    top: { fn: "sum", value: "pick(a, 1, 2) / 3", condition: "note == ', /'" },
  });
});

test("a condition that is half written stays as it is typed", () => {
  const { seen } = showForm(MetricForm, { metric: "m", on: "lead", of: "count()" });
  const condition = screen.getByLabelText("数：只算哪些");
  fireEvent.change(condition, { target: { value: "source in ['ad'" } });
  expect(seen.body.of).toBe("count(source in ['ad')");
  expect(screen.getByLabelText("数：只算哪些")).toHaveProperty("value", "source in ['ad'");
});

test("a share is said in per cent and kept as a fraction", () => {
  const body = { metric: "m", on: "lead", of: "count(a) / count()", good: { at_least: 0.95 } };
  const { seen } = showForm(MetricForm, body);
  const least = screen.getByLabelText("下限");
  expect(least).toHaveProperty("value", "95");
  fireEvent.change(least, { target: { value: "80" } });
  expect(seen.body.good).toEqual({ at_least: 0.8 });
  fireEvent.change(screen.getByLabelText("下限"), { target: { value: "" } });
  expect("good" in seen.body).toBe(false);
});
