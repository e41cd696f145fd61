import { expect, test } from "vitest";
import type { Field, FieldType } from "@/shared/api/types";
import { expressionOf, ME, type Filter } from "./model";

const field = (name: string, type: FieldType): Field => ({ name, type, label: name });
const FIELDS = [
  field("company", "text"),
  field("source", "choice"),
  field("score", "integer"),
  field("win_rate", "percent"),
  field("needs", "multi_choice"),
  field("owner", "person"),
  field("created_at", "datetime"),
  field("visit_on", "date"),
  field("key", "checkbox"),
];
const asked = (filter: Filter, view?: string) => expressionOf(view, [filter], FIELDS);

test.each<[Filter, string]>([
  [{ field: "company", op: "contains", values: ["云"] }, 'contains(company, "云")'],
  [{ field: "source", op: "any", values: ["website"] }, 'source == "website"'],
  [
    { field: "source", op: "any", values: ["website", "expo"] },
    '(source == "website" or source == "expo")',
  ],
  [
    { field: "source", op: "none_of", values: ["ad", "expo"] },
    '(source == null or source != "ad" and source != "expo")',
  ],
  [{ field: "score", op: "at_least", values: ["60"] }, "score >= 60"],
  [{ field: "win_rate", op: "at_most", values: ["35"] }, "win_rate <= 0.35"],
  [
    { field: "needs", op: "any", values: ["crm", "flow"] },
    '(has(needs, "crm") or has(needs, "flow"))',
  ],
  [{ field: "owner", op: "any", values: [ME] }, "owner == me"],
  [{ field: "owner", op: "empty", values: [] }, "owner == null"],
  [{ field: "created_at", op: "today", values: [] }, "date(created_at) == today()"],
  [{ field: "created_at", op: "within_days", values: ["7"] }, "created_at >= now() - days(7)"],
  [{ field: "visit_on", op: "within_days", values: ["30"] }, "visit_on >= today() - days(30)"],
  [{ field: "key", op: "is", values: ["true"] }, "key == true"],
])("%o asks %s", (filter, expression) => {
  expect(asked(filter)).toBe(expression);
});

test("a text can not break out of its quotes", () => {
  expect(asked({ field: "company", op: "is", values: ['a" or owner != null or "\\'] })).toBe(
    'company == "a\\" or owner != null or \\"\\\\"',
  );
});

test("what is no number stays a text that the server refuses, not code", () => {
  expect(asked({ field: "score", op: "at_least", values: ["1 or true"] })).toBe(
    'score >= "1 or true"',
  );
});

test("the view's own filter keeps its meaning beside the reader's", () => {
  const filter: Filter = { field: "score", op: "at_least", values: ["60"] };
  expect(asked(filter, 'owner == me or stage == "new"')).toBe(
    '(owner == me or stage == "new") and score >= 60',
  );
});

test("unfinished filters and unknown fields ask nothing", () => {
  const filters: Filter[] = [
    { field: "score", op: "at_least", values: [] },
    { field: "gone", op: "is", values: ["1"] },
  ];
  expect(expressionOf(undefined, filters, FIELDS)).toBeUndefined();
});
