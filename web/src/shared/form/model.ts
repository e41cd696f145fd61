/** What a form holds while it is filled: text as typed, ids for links; and how it goes to the server and back. */
import type { Field, FileRef, Section, Value } from "@/shared/api/types";
import { isFiles, isPlace, isRef } from "@/shared/ui/shapes";

/** A link keeps its label so that the input can show it. */
export type Draft = Record<string, Value>;
export type Errors = Record<string, string>;

/** A file that is chosen but not with the server yet has no id. */
export function isUploading(file: FileRef): boolean {
  return file.id === "";
}

/** Blank counts as nothing, so that an emptied input is the same as one never filled. */
function plain(value: Value): Value {
  if (value === "" || value === undefined) return null;
  if (Array.isArray(value) && value.length === 0) return null;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const filled = Object.entries(value).filter(([, part]) => plain(part as Value) !== null);
    return filled.length > 0 ? (Object.fromEntries(filled) as Value) : null;
  }
  return value;
}

/** Degrees as numbers; what is none goes to the server as it is, and comes back with the reason. */
function degrees(text: string | number): string | number {
  return String(text).trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
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
  if (isFiles(value)) return value.filter((one) => !isUploading(one)).map((one) => one.id);
  if (isPlace(value)) {
    return plain({ ...value, lat: degrees(value.lat), lng: degrees(value.lng) });
  }
  if (typeof value === "string" && TRIMMED.has(field.type)) {
    const text = value.trim();
    return text === "" ? null : text;
  }
  return plain(value);
}

export function isSame(a: Value, b: Value): boolean {
  const [one, other] = [a, b].map((value) => {
    if (isFiles(value)) return value.map((file) => file.id);
    return isRef(value) ? value.id : plain(value);
  });
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The fields that differ from what the record holds, ready to send. */
export function changesOf(fields: readonly Field[], before: Draft, after: Draft): Draft {
  const changed = fields.filter((field) => !isSame(before[field.name], after[field.name]));
  return Object.fromEntries(
    changed.map((field) => [field.name, toServer(field, after[field.name])]),
  );
}

/** What a new record starts with, as far as the metadata can say it. */
export function defaultsOf(fields: readonly Field[]): Draft {
  const given = fields.filter((field) => field.default !== undefined && field.default !== null);
  return Object.fromEntries(given.map((field) => [field.name, field.default]));
}

/** What was typed since a draft was sent. */
export function unsent(now: Draft, sent: Draft): Draft {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => value !== sent[name]));
}

/** The errors of the other fields: one that is being changed is not wrong any more. */
export function without(errors: Errors, name: string): Errors {
  return Object.fromEntries(Object.entries(errors).filter(([field]) => field !== name));
}

type Unready = "required" | "uploading";

/** Required fields that are still blank, and files on their way; everything else is the server's to judge. */
export function unready(fields: readonly Field[], draft: Draft): Record<string, Unready> {
  const found = fields.flatMap((field): [string, Unready][] => {
    const value = draft[field.name];
    if (isFiles(value) && value.some(isUploading)) return [[field.name, "uploading"]];
    return field.required && toServer(field, value) === null ? [[field.name, "required"]] : [];
  });
  return Object.fromEntries(found);
}

/** The core fields stand first; system fields are no one's to fill, and lists of children stand by themselves. */
export function arrange(fields: readonly Field[]): { core: Field[]; more: Field[] } {
  const own = fields.filter((field) => !field.system && field.type !== "children");
  const core = own.filter((field) => field.core);
  return core.length > 0
    ? { core, more: own.filter((field) => !field.core) }
    : { core: own.slice(0, 6), more: own.slice(6) };
}

export interface Part extends Section {
  fields: Field[];
}

/** Fields by section, and those of none; a section without any of them is left out. */
export function parted(
  fields: readonly Field[],
  sections: readonly Section[],
): { loose: Field[]; parts: Part[] } {
  const parts = sections.map((one) => ({
    ...one,
    fields: fields.filter((field) => field.section === one.key),
  }));
  const placed = new Set(parts.flatMap((part) => part.fields));
  return {
    loose: fields.filter((field) => !placed.has(field)),
    parts: parts.filter((part) => part.fields.length > 0),
  };
}
