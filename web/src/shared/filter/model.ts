/** Filters as people choose them, and the expression that the server is asked with. */
import type { Field, FieldType } from "@/shared/api/types";

export const OPERATORS = [
  "contains",
  "is",
  "any",
  "none_of",
  "at_least",
  "at_most",
  "within_days",
  "today",
  "empty",
  "filled",
] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Filter {
  field: string;
  op: Operator;
  /** Option keys, ids of people, one text or one number; none for today, empty and filled. */
  values: string[];
  /** What the values are called, where they are ids that only a search could name. */
  labels?: string[];
}

/** The value that stands for the reader, whoever that is. */
export const ME = "@me";

const TEXT: Operator[] = ["contains", "is", "empty", "filled"];
const CHOICE: Operator[] = ["any", "none_of", "empty", "filled"];
const NUMBER: Operator[] = ["at_least", "at_most", "is", "empty", "filled"];
const LINK: Operator[] = ["any", "empty", "filled"];

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
  multi_choice: ["any", "empty", "filled"],
  person: LINK,
  relation: LINK,
  department: LINK,
  auto_number: TEXT,
  address: ["contains", "empty", "filled"],
  checklist: ["any", "empty", "filled"],
  checkbox: ["is"],
  date: ["today", "within_days", "empty", "filled"],
  datetime: ["today", "within_days", "empty", "filled"],
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

/** Whether the operator says everything by itself. */
export function needsNoValue(op: Operator): boolean {
  return op === "today" || op === "empty" || op === "filled";
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
  if (field.type === "percent") return String(Number(value) / 100);
  return LITERALS[field.type]?.test(value) ? value : quoted(value);
}

function anyOf(parts: string[]): string {
  return parts.length === 1 ? parts.join() : `(${parts.join(" or ")})`;
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
    case "today":
      return field.type === "date" ? `${name} == today()` : `date(${name}) == today()`;
    case "within_days":
      return `${name} >= ${field.type === "date" ? "today()" : "now()"} - days(${Number(first)})`;
    case "any":
      if (field.type === "multi_choice" || field.type === "checklist") {
        return anyOf(values.map((value) => `has(${name}, ${quoted(value)})`));
      }
      return anyOf(values.map((value) => `${name} == ${literal(field, value)}`));
    case "none_of":
      // A field without a value is none of them either; comparing with nothing would hide it.
      return `(${name} == null or ${values.map((value) => `${name} != ${quoted(value)}`).join(" and ")})`;
  }
}

/** The expression for a view's own filter and the reader's filters together; none when there is nothing to say. */
export function expressionOf(
  viewFilter: string | null | undefined,
  filters: readonly Filter[],
  fields: readonly Field[],
): string | undefined {
  const parts = filters.flatMap((filter) => {
    const field = fields.find((one) => one.name === filter.field);
    return field && isComplete(filter) ? [clause(field, filter)] : [];
  });
  if (viewFilter) parts.unshift(parts.length > 0 ? `(${viewFilter})` : viewFilter);
  return parts.length > 0 ? parts.join(" and ") : undefined;
}
