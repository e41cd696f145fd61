/** The fields of an object's body: each change leaves what it doesn't speak of as it is. */
import { listIn, partOf, put, textIn } from "@/shared/definition/body";
import type { DefinitionBody } from "@/shared/definition/form";
import type { Trashed, TypeFacts } from "./api";

export type FieldBody = Record<string, unknown>;
type FieldEntry = readonly [name: string, field: FieldBody];

export function fieldsOf(body: DefinitionBody): FieldEntry[] {
  return Object.keys(partOf(body, "fields")).map((name) => [
    name,
    partOf(partOf(body, "fields"), name),
  ]);
}

export function typeOf(field: FieldBody): string {
  return textIn(field, "type") || "text";
}

/** Whether the kernel or another definition fills it, so that nobody writes it. */
export function isFilled(field: FieldBody): boolean {
  return textIn(field, "from") !== "";
}

export function withField(body: DefinitionBody, name: string, field: FieldBody): DefinitionBody {
  return put(body, "fields", put(partOf(body, "fields"), name, field));
}

/** Without the field, also where the object itself names it; another definition that does is told by the server. */
export function withoutField(body: DefinitionBody, name: string): DefinitionBody {
  const without = put(body, "fields", put(partOf(body, "fields"), name, undefined));
  return isSearched(body, name) ? searched(without, name, false) : without;
}

export function moveField(body: DefinitionBody, name: string, to: number): DefinitionBody {
  const entries = Object.entries(partOf(body, "fields"));
  const moved = entries.filter(([one]) => one === name);
  const rest = entries.filter(([one]) => one !== name);
  const fields = Object.fromEntries([...rest.slice(0, to), ...moved, ...rest.slice(to)]);
  return put(body, "fields", fields);
}

export function isSearched(body: DefinitionBody, name: string): boolean {
  return listIn(body, "search").includes(name);
}

export function searched(body: DefinitionBody, name: string, on: boolean): DefinitionBody {
  const rest = listIn<string>(body, "search").filter((one) => one !== name);
  const next = on ? [...rest, name] : rest;
  return put(body, "search", next.length > 0 || "search" in body ? next : undefined);
}

/** What is measured in one unit under one type is measured in another under the next. */
const OF_ITS_UNIT = ["min", "max", "default", "pattern"];

/** The field with another type: it keeps what that type can say as well, and options as the items of a checklist. */
export function retyped(
  field: FieldBody,
  type: string,
  types: readonly TypeFacts[],
  isAlike: (one: string, other: string) => boolean,
): FieldBody {
  const before = typeOf(field);
  const settings = types.find((one) => one.type === type)?.settings ?? [];
  const known = new Set(types.flatMap((one) => one.settings));
  const options = "options" in field ? "options" : "items";
  const asked = settings.find((one) => one === "options" || one === "items");
  const kept = Object.entries(field).flatMap(([key, value]): [string, unknown][] => {
    if (key === "type") return [[key, type]];
    if (key === options) return asked ? [[asked, value]] : [];
    if (key === "options_from") return asked ? [[key, value]] : [];
    if (OF_ITS_UNIT.includes(key) && !isAlike(before, type)) return [];
    return !known.has(key) || settings.includes(key) ? [[key, value]] : [];
  });
  const next = Object.fromEntries(kept);
  return "type" in next ? next : { type, ...next };
}

/** What the trash holds of the object and isn't among its fields again; of each name what went last. */
export function restorable(trash: readonly Trashed[], body: DefinitionBody): Trashed[] {
  const present = Object.keys(partOf(body, "fields"));
  const seen = new Set(present);
  return trash.filter(({ field, was }) => {
    if (seen.has(field) || was === null) return false;
    seen.add(field);
    return true;
  });
}

/** A field as it comes back: its values do if it is of the type that they are of. */
export function restored({ was, type }: Trashed): FieldBody {
  return was && typeOf(was) === type ? was : { ...was, type };
}

/** What is wrong with a field, by the rest of its place: `min` for `fields.worth.min`, empty for the field itself. */
export function problemsOf(problems: Record<string, string>, name: string): Record<string, string> {
  const at = `fields.${name}`;
  return Object.fromEntries(
    Object.entries(problems).flatMap(([place, message]) =>
      place === at
        ? [["", message]]
        : place.startsWith(`${at}.`)
          ? [[place.slice(at.length + 1), message]]
          : [],
    ),
  );
}
