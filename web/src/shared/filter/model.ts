/** Filters as people choose them, and the expression that the server is asked with. */
import type { Field, FieldType } from "@/shared/api/types";
import { groupsOf } from "./joining";

export const OPERATORS = [
  "contains",
  "is",
  "any",
  "none_of",
  "at_least",
  "at_most",
  "within_days",
  "next_days",
  "today",
  "this_week",
  "this_month",
  "overdue",
  "before",
  "after",
  "empty",
  "filled",
] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Filter {
  field: string;
  op: Operator;
  /** Option keys, ids of people, one text, number or day; none where the operator says it all. */
  values: string[];
  /** What the values are called, where they are ids that only a search could name. */
  labels?: string[];
  /** It or the filter before it is enough; otherwise both have to hold. */
  or?: boolean;
}

/** The value that stands for the reader, whoever that is. */
export const ME = "@me";

const TEXT: Operator[] = ["contains", "is", "empty", "filled"];
const CHOICE: Operator[] = ["any", "none_of", "empty", "filled"];
const NUMBER: Operator[] = ["at_least", "at_most", "is", "empty", "filled"];
const LINK: Operator[] = ["any", "none_of", "empty", "filled"];
const SEVERAL: Operator[] = ["any", "none_of", "empty", "filled"];
const WHEN: Operator[] = [
  "today",
  "this_week",
  "this_month",
  "overdue",
  "within_days",
  "next_days",
  "before",
  "after",
  "empty",
  "filled",
];

/** All that can be asked of what this client can't compare. */
const PRESENCE: Operator[] = ["empty", "filled"];

const BY_TYPE: Partial<Record<FieldType, Operator[]>> = {
  text: TEXT,
  long_text: TEXT,
  phone: TEXT,
  email: TEXT,
  url: TEXT,
  integer: NUMBER,
  decimal: NUMBER,
  money: NUMBER,
  percent: NUMBER,
  choice: CHOICE,
  stage: CHOICE,
  multi_choice: SEVERAL,
  person: LINK,
  relation: LINK,
  department: LINK,
  auto_number: TEXT,
  address: ["contains", "empty", "filled"],
  checklist: SEVERAL,
  checkbox: ["is"],
  date: WHEN,
  datetime: WHEN,
};

/** The fields that make sense to a person as a filter or a column: not lists, nor the numbers that the system keeps. */
export function offered(fields: readonly Field[]): Field[] {
  return fields.filter(
    (field) =>
      field.type !== "children" &&
      !(field.system && (field.name === "id" || field.name === "version")),
  );
}

export function operatorsOf(field: Field): Operator[] {
  return BY_TYPE[field.type] ?? PRESENCE;
}

const ALONE: ReadonlySet<Operator> = new Set([
  "today",
  "this_week",
  "this_month",
  "overdue",
  "empty",
  "filled",
]);

/** Whether the operator says everything by itself. */
export function needsNoValue(op: Operator): boolean {
  return ALONE.has(op);
}

/** Whether the operator counts days from now. */
export function countsDays(op: Operator): boolean {
  return op === "within_days" || op === "next_days";
}

export function isComplete(filter: Filter): boolean {
  return needsNoValue(filter.op) || filter.values.some((value) => value !== "");
}

/** A text as the expression language quotes it. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

const LITERALS: Partial<Record<FieldType, RegExp>> = {
  integer: /^-?\d+$/,
  decimal: /^-?\d+(\.\d+)?$/,
  money: /^-?\d+(\.\d+)?$/,
  checkbox: /^(true|false)$/,
};

/** Numbers and truth values stand bare, and only if they are that; all else is quoted. */
function literal(field: Field, value: string): string {
  if (value === ME) return "me";
  // People say per cent, the server keeps fractions.
  if (field.type === "percent") return String(Number((Number(value) / 100).toPrecision(12)));
  return LITERALS[field.type]?.test(value) ? value : quoted(value);
}

function anyOf(parts: string[]): string {
  return parts.length === 1 ? parts.join() : `(${parts.join(" or ")})`;
}

/** The value is what the field holds, or among what it holds. */
function isOneOf(field: Field, value: string): string {
  return field.type === "multi_choice" || field.type === "checklist"
    ? `has(${field.name}, ${quoted(value)})`
    : `${field.name} == ${literal(field, value)}`;
}

/** What says when; a moment is compared by the day it falls on. */
function whenClause(field: Field, op: Operator, value: string): string {
  const name = field.name;
  const isDay = field.type === "date";
  const day = isDay ? name : `date(${name})`;
  const now = isDay ? "today()" : "now()";
  switch (op) {
    case "this_week":
    case "this_month": {
      const period = quoted(op === "this_week" ? "week" : "month");
      return `(${day} >= start_of(today(), ${period}) and ${day} <= end_of(today(), ${period}))`;
    }
    case "overdue":
      return `${name} < ${now}`;
    case "within_days":
      return `(${name} >= ${now} - days(${Number(value)}) and ${name} <= ${now})`;
    case "next_days":
      return `(${name} >= ${now} and ${name} <= ${now} + days(${Number(value)}))`;
    case "before":
      return `${day} < ${quoted(value)}`;
    case "after":
      return `${day} > ${quoted(value)}`;
    default:
      return `${day} == today()`;
  }
}

function clause(field: Field, { op, values }: Filter): string {
  const name = field.name;
  const [first = ""] = values;
  switch (op) {
    case "contains":
      return `contains(${name}, ${quoted(first)})`;
    case "is":
      return `${name} == ${literal(field, first)}`;
    case "at_least":
      return `${name} >= ${literal(field, first)}`;
    case "at_most":
      return `${name} <= ${literal(field, first)}`;
    case "empty":
      return `${name} == null`;
    case "filled":
      return `${name} != null`;
    case "any":
      return anyOf(values.map((value) => isOneOf(field, value)));
    case "none_of":
      // A field without a value is none of them either; comparing with nothing would hide it.
      return `(${name} == null or not ${anyOf(values.map((value) => isOneOf(field, value)))})`;
    default:
      return whenClause(field, op, first);
  }
}

/** The condition for the records of which a field holds a value, as the server answers it; null is none. */
export function isValue(field: Field, value: unknown): string {
  const name = field.name;
  if (value === null || value === undefined) return `${name} == null`;
  const id = typeof value === "object" && "id" in value ? String(value.id) : String(value);
  if (field.type === "percent" || LITERALS[field.type]?.test(id)) return `${name} == ${id}`;
  return `${name} == ${quoted(id)}`;
}

/** Both of two conditions, either of which may be missing. */
export function bothOf(...conditions: (string | null | undefined)[]): string | undefined {
  const given = conditions.filter((one) => one);
  return given.length > 1 ? given.map((one) => `(${one})`).join(" and ") : (given[0] ?? undefined);
}

/** The expression for a view's own filter and the reader's filters together; none when there is nothing to say. */
export function expressionOf(
  viewFilter: string | null | undefined,
  filters: readonly Filter[],
  fields: readonly Field[],
): string | undefined {
  const parts = groupsOf(filters).flatMap((group) => {
    const clauses = group.flatMap((filter) => {
      const field = fields.find((one) => one.name === filter.field);
      return field && isComplete(filter) ? [clause(field, filter)] : [];
    });
    return clauses.length > 0 ? [anyOf(clauses)] : [];
  });
  if (viewFilter) parts.unshift(parts.length > 0 ? `(${viewFilter})` : viewFilter);
  return parts.length > 0 ? parts.join(" and ") : undefined;
}
