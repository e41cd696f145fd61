import { expect, test } from "vitest";
import type { Field, FieldType } from "@/shared/api/types";
import { matching, matchOf, withFilter, withoutFilter } from "./joining";
import { bothOf, expressionOf, isValue, ME, type Filter } from "./model";

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
    '(source == null or not (source == "ad" or source == "expo"))',
  ],
  [{ field: "score", op: "at_least", values: ["60"] }, "score >= 60"],
  [{ field: "win_rate", op: "at_most", values: ["1.1"] }, "win_rate <= 0.011"],
  [{ field: "win_rate", op: "at_most", values: ["35"] }, "win_rate <= 0.35"],
  [
    { field: "needs", op: "any", values: ["crm", "flow"] },
    '(has(needs, "crm") or has(needs, "flow"))',
  ],
  [{ field: "owner", op: "any", values: [ME] }, "owner == me"],
  [{ field: "owner", op: "empty", values: [] }, "owner == null"],
  [{ field: "created_at", op: "today", values: [] }, "date(created_at) == today()"],
  [
    { field: "created_at", op: "within_days", values: ["7"] },
    "(created_at >= now() - days(7) and created_at <= now())",
  ],
  [
    { field: "visit_on", op: "within_days", values: ["30"] },
    "(visit_on >= today() - days(30) and visit_on <= today())",
  ],
  [
    { field: "visit_on", op: "next_days", values: ["7"] },
    "(visit_on >= today() and visit_on <= today() + days(7))",
  ],
  [{ field: "created_at", op: "overdue", values: [] }, "created_at < now()"],
  [
    { field: "created_at", op: "before", values: ["2026-05-01"] },
    'date(created_at) < "2026-05-01"',
  ],
  [{ field: "visit_on", op: "after", values: ["2026-05-01"] }, 'visit_on > "2026-05-01"'],
  [
    { field: "visit_on", op: "this_week", values: [] },
    '(visit_on >= start_of(today(), "week") and visit_on <= end_of(today(), "week"))',
  ],
  [{ field: "owner", op: "none_of", values: [ME] }, "(owner == null or not owner == me)"],
  [{ field: "needs", op: "none_of", values: ["crm"] }, '(needs == null or not has(needs, "crm"))'],
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

test("the records of a group are those whose field holds its key", () => {
  expect(isValue(field("owner", "person"), { id: "7", label: "林晓" })).toBe('owner == "7"');
  expect(isValue(field("score", "integer"), 60)).toBe("score == 60");
  expect(isValue(field("source", "choice"), null)).toBe("source == null");
  expect(isValue(field("key", "checkbox"), true)).toBe("key == true");
});

test("conditions are joined without changing what each says", () => {
  expect(bothOf("a or b", undefined, "c")).toBe("(a or b) and (c)");
  expect(bothOf(undefined, "a or b")).toBe("a or b");
  expect(bothOf()).toBeUndefined();
});

const website: Filter = { field: "source", op: "any", values: ["website"] };
const high: Filter = { field: "score", op: "at_least", values: ["60"] };
const mine: Filter = { field: "owner", op: "any", values: [ME] };

test("filters of which one is enough are one condition beside the others", () => {
  const filters = [website, { ...high, or: true }, mine];
  expect(expressionOf('stage == "new" or key', filters, FIELDS)).toBe(
    '(stage == "new" or key) and (source == "website" or score >= 60) and owner == me',
  );
});

test("an unfinished filter at a group's head leaves the others of it together", () => {
  const filters = [mine, { ...website, values: [] }, { ...high, or: true }];
  expect(expressionOf(undefined, filters, FIELDS)).toBe("owner == me and score >= 60");
});

test("a filter that goes takes no other out of its group", () => {
  const filters = [mine, website, { ...high, or: true }];
  expect(withoutFilter(filters, 1)).toEqual([mine, high]);
  expect(withoutFilter(filters, 2)).toEqual([mine, website]);
  expect(withoutFilter([website, { ...high, or: true }, { ...mine, or: true }], 1)).toEqual([
    website,
    { ...mine, or: true },
  ]);
});

test("a new filter joins as the others do, a changed one as it did", () => {
  const any = matching([website, high], "any");
  expect(matchOf(any)).toBe("any");
  expect(withFilter(any, mine, 2)).toEqual([...any, { ...mine, or: true }]);
  expect(withFilter(any, { ...high, values: ["70"] }, 1)[1]?.or).toBe(true);
  expect(withFilter([website], mine, 1)).toEqual([website, mine]);
  expect(matchOf([...any, mine])).toBe("mixed");
  expect(matching(any, "all")).toEqual([website, high]);
});
