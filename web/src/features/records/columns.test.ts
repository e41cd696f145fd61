import { expect, test } from "vitest";
import type { Field, ObjectDef } from "@/shared/api/types";
import { titleOf } from "@/shared/format/title";
import { columnNames, columnsOf } from "./columns";

const fields = (["company", "city", "touches"] as const).map((name): Field => ({
  name,
  label: name,
  type: name === "touches" ? "children" : "text",
}));
const object: ObjectDef = {
  name: "lead",
  label: "",
  title_field: "company",
  permissions: { create: true, update: true, delete: true, assign: true },
  fields,
  views: [],
  operations: [],
  clocks: true,
};
const words = { clock: "", none: "?" };

test("the title leads; lists and what is not in the catalog are no columns", () => {
  const names = columnNames(object, ["city", "touches", "hidden", "company", "clocks", "city"]);
  expect(names).toEqual(["company", "city", "clocks"]);
  expect(columnNames({ ...object, clocks: false }, ["clocks"])).toEqual(["company"]);
});

test("where the title may not be seen, a list has its other columns and records are called untitled", () => {
  const seen = { ...object, title_field: null, fields: fields.slice(1) };
  const names = columnNames(seen, ["clocks", "company", "city"]);
  expect(columnsOf(seen, names, words).map((column) => column.key)).toEqual(["clocks", "city"]);
  expect(titleOf(seen, { city: "苏州" }, "?")).toBe("?");
});

test("a column that was drawn wider keeps its width", () => {
  const [title, city] = columnsOf(object, ["company", "city"], words, { city: 240 });
  expect(title?.track).toMatch(/^minmax/);
  expect(city).toMatchObject({ minWidth: 240, track: "240px" });
});
