import { expect, test } from "vitest";
import type { Trashed, TypeFacts } from "./api";
import {
  moveField,
  problemsOf,
  restorable,
  restored,
  retyped,
  searched,
  withField,
  withoutField,
} from "./fields";
import { withSections } from "./SectionList";
import { grouped, isAlike } from "./types";

const BODY = {
  object: "memo",
  tomorrow: { kept: true },
  search: ["title", "worth"],
  sections: { money: { label: { "zh-CN": "钱" } }, other: { label: { "zh-CN": "其他" } } },
  fields: {
    title: { type: "text", label: "标题" },
    worth: { type: "text", max: 20, section: "money", tomorrow: 1 },
    kind: { type: "choice", options: { a: "甲", b: { label: "乙", color: "red" } }, default: "a" },
  },
};

function facts(type: string, ...settings: string[]): TypeFacts {
  const can = { filter: true, sort: true, group: true, search: false, import: true };
  return { type, can, stored: true, settings, needs: [] };
}
const TYPES = [
  facts("text", "core", "required", "unique", "default", "max", "pattern"),
  facts("long_text", "core", "required", "default", "max"),
  facts("integer", "core", "required", "unique", "default", "min", "max"),
  facts("choice", "core", "required", "default", "options"),
  facts("multi_choice", "core", "required", "default", "options"),
  facts("checklist", "core", "items"),
  facts("formula", "core", "value", "result", "options"),
];

test("a field is changed, moved and taken away without touching anything else", () => {
  const changed = withField(BODY, "worth", { ...BODY.fields.worth, max: 30 });
  expect(changed).toEqual({
    ...BODY,
    fields: { ...BODY.fields, worth: { ...BODY.fields.worth, max: 30 } },
  });
  expect(Object.keys(changed.fields as object)).toEqual(["title", "worth", "kind"]);
  const moved = moveField(BODY, "kind", 0);
  expect(Object.keys(moved.fields as object)).toEqual(["kind", "title", "worth"]);
  expect(moveField(moved, "kind", 2)).toEqual(BODY);
  const gone = withoutField(BODY, "worth");
  expect(Object.keys(gone.fields as object)).toEqual(["title", "kind"]);
  expect(gone.search).toEqual(["title"]);
  expect(gone.tomorrow).toEqual(BODY.tomorrow);
});

test("a search looks into one field more or less, and is named only once there is one", () => {
  expect(searched(BODY, "kind", true).search).toEqual(["title", "worth", "kind"]);
  expect(searched({ fields: {} }, "kind", false)).toEqual({ fields: {} });
});

test("another type keeps what it can say and what nobody knows, but no measure of another unit", () => {
  const to = (field: object, type: string) =>
    retyped(field as Record<string, unknown>, type, TYPES, isAlike);
  const worth = { ...BODY.fields.worth, unique: true, pattern: { match: "x" } };
  expect(to(worth, "integer")).toEqual({
    type: "integer",
    section: "money",
    tomorrow: 1,
    unique: true,
  });
  expect(to(worth, "long_text")).toEqual({
    type: "long_text",
    max: 20,
    section: "money",
    tomorrow: 1,
  });
  const { options } = BODY.fields.kind;
  expect(to(BODY.fields.kind, "multi_choice")).toEqual({ type: "multi_choice", options });
  expect(to(BODY.fields.kind, "checklist")).toEqual({ type: "checklist", items: options });
  expect(to(BODY.fields.kind, "text")).toEqual({ type: "text" });
  expect(to({ type: "choice", options_from: "pools" }, "text")).toEqual({ type: "text" });
  expect(to({ label: "无类型" }, "integer")).toEqual({ type: "integer", label: "无类型" });
});

test("the trash offers what isn't there, of each name what went last, with the type of its values", () => {
  const gone = (field: string, type: string, was: Trashed["was"]): Trashed => ({
    object: "memo",
    field,
    type,
    label: field,
    at: "2026-01-01T00:00:00Z",
    by: null,
    was,
  });
  const found = restorable(
    [
      gone("worth", "text", { type: "text" }),
      gone("old", "integer", { type: "text", label: "旧" }),
      gone("old", "text", { type: "text" }),
      gone("lost", "text", null),
    ],
    BODY,
  );
  expect(found.map((one) => [one.field, one.type])).toEqual([["old", "integer"]]);
  expect(found.map(restored)).toEqual([{ type: "integer", label: "旧" }]);
});

test("what is wrong with a field is told by the rest of its place", () => {
  const problems = { "fields.worth": "a", "fields.worth.min": "b", "fields.worthy.min": "c" };
  expect(problemsOf(problems, "worth")).toEqual({ "": "a", min: "b" });
});

test("fields of a section that goes have none; the order of sections is that of the list", () => {
  const [money, other] = Object.entries(BODY.sections);
  expect(Object.keys(withSections(BODY, [other!, money!]).sections as object)).toEqual([
    "other",
    "money",
  ]);
  const less = withSections(BODY, [other!]);
  expect((less.fields as typeof BODY.fields).worth).toEqual({
    type: "text",
    max: 20,
    tomorrow: 1,
  });
  expect("sections" in withSections(BODY, [])).toBe(false);
});

test("a type that this client doesn't know stands among the others", () => {
  const groups = Object.fromEntries(grouped(["text", "integer", "hologram"]));
  expect(groups).toEqual({ text: ["text"], number: ["integer"], other: ["hologram"] });
});
