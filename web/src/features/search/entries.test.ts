import { expect, test } from "vitest";
import type { Catalog, ObjectDef, RecordItem } from "@/shared/api/types";
import { entryOf, matching } from "./entries";

const object = {
  name: "lead",
  title_field: "company",
  pipeline: "lead",
  fields: [
    { name: "company", can: { search: true } },
    { name: "phone", can: { search: true } },
    { name: "note", can: { search: false } },
  ],
} as unknown as ObjectDef;
const catalog = {
  pipelines: [{ key: "lead", field: "stage", stages: [{ key: "new", label: "新线索" }] }],
} as unknown as Catalog;
const record = {
  id: "1",
  company: "海川重工",
  phone: "13800001111",
  note: "x",
  stage: "new",
  owner: { id: "2", label: "林晓" },
} as unknown as RecordItem;

test("an entry says where the record stands, what it is found by and whose it is", () => {
  expect(entryOf(object, record, catalog, "?")).toMatchObject({
    label: "海川重工",
    hint: "新线索 · 13800001111 · 林晓",
    target: { link: { params: { object: "lead", id: "1" }, search: {} } },
  });
});

test("an entry of a record whose title is hidden stays without one", () => {
  const hidden = { ...object, title_field: null } as ObjectDef;
  expect(entryOf(hidden, record, catalog, "?", "touch")).toMatchObject({
    label: "?",
    target: { link: { search: { do: "touch" } } },
  });
});

test("entries are found by a part of their label or their name", () => {
  const entries = [
    { id: "a", label: "工作台", words: "desk" },
    { id: "b", label: "Leads" },
  ];
  expect(matching(entries, "DES").map((one) => one.id)).toEqual(["a"]);
  expect(matching(entries, "lead").map((one) => one.id)).toEqual(["b"]);
});
