import { expect, test } from "vitest";
import type { MetricDef, ObjectDef } from "@/shared/api/types";
import { drillOf } from "./drill";

const object = {
  name: "lead",
  fields: [
    { name: "created_at", type: "datetime" },
    { name: "source", type: "choice", options: [{ key: "web", label: "Web" }] },
    { name: "owner", type: "person" },
  ],
  views: [
    { key: "mine", filter: "owner == me" },
    { key: "all", filter: null },
  ],
} as unknown as ObjectDef;
const metric = { at: "created_at", when: "stage != 'new'" } as unknown as MetricDef;

test("the records of a figure are those of its condition and its time, in a view that hides none", () => {
  expect(drillOf(object, metric, "2026-11-01", "x")).toEqual({
    view: "all",
    only: { filter: "date(created_at) >= '2026-11-01' and (stage != 'new')", label: "x" },
    f: undefined,
  });
});

test("a group becomes a filter, one without a value is empty, one that is no field leads nowhere", () => {
  const of = (by: string, value: Parameters<typeof drillOf>[4]) =>
    drillOf(object, metric, "2026-11-01", "x", value && { ...value, by })?.f;
  expect(of("source", { by: "", value: "web" })).toEqual([
    { field: "source", op: "any", values: ["web"] },
  ]);
  expect(of("owner", { by: "", value: { id: "1", label: "Li" } })).toEqual([
    { field: "owner", op: "any", values: ["1"], labels: ["Li"] },
  ]);
  expect(of("owner", { by: "", value: null })).toEqual([
    { field: "owner", op: "empty", values: [] },
  ]);
  const group = { by: "department", value: { id: "1", label: "East" } };
  expect(drillOf(object, metric, "2026-11-01", "x", group)).toBeUndefined();
});
