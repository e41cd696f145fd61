/** What a form holds while it is filled: text as typed, ids for links; and how it goes to the server and back. */
import type { Field, Ref, Value } from "@/shared/api/types";

/** A link keeps its label so that the input can show it. */
export type Draft = Record<string, Value>;
export type Errors = Record<string, string>;

function isRef(value: Value): value is Ref {
  return typeof value === "object" && value !== null && "id" in value;
}

/** Blank counts as nothing, so that an emptied input is the same as one never filled. */
function plain(value: Value): Value {
  if (value === "" || value === undefined) return null;
  if (Array.isArray(value) && value.length === 0) return null;
  return value;
}

const TRIMMED = new Set([
  "text",
  "phone",
  "email",
  "url",
  "integer",
  "decimal",
  "money",
  "percent",
]);

/** The value as the contract takes it: ids for links, fractions for per cent, nothing for blank. */
export function toServer(field: Field, value: Value): Value {
  if (isRef(value)) return value.id;
  if (typeof value === "string" && TRIMMED.has(field.type)) {
    const text = value.trim();
    return text === "" ? null : text;
  }
  return plain(value);
}

export function isSame(a: Value, b: Value): boolean {
  const [one, other] = [plain(a), plain(b)].map((value) => (isRef(value) ? value.id : value));
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The fields that differ from what the record holds, ready to send. */
export function changesOf(fields: readonly Field[], before: Draft, after: Draft): Draft {
  const changed = fields.filter((field) => !isSame(before[field.name], after[field.name]));
  return Object.fromEntries(
    changed.map((field) => [field.name, toServer(field, after[field.name])]),
  );
}

/** Required fields that are still blank; everything else is the server's to judge. */
export function missing(fields: readonly Field[], draft: Draft): string[] {
  return fields
    .filter((field) => field.required && toServer(field, draft[field.name]) === null)
    .map((field) => field.name);
}

/** The core fields stand first; system fields are no one's to fill. */
export function arrange(fields: readonly Field[]): { core: Field[]; more: Field[] } {
  const own = fields.filter((field) => !field.system);
  const core = own.filter((field) => field.core);
  return core.length > 0
    ? { core, more: own.filter((field) => !field.core) }
    : { core: own.slice(0, 6), more: own.slice(6) };
}
