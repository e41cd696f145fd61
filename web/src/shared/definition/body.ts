/** Small changes of a definition's body; what is not named stays as it is, whether this client knows it or not. */
import { currentLocale } from "@/shared/i18n";
import type { Label } from "./form";

/** A mapping with one key set, or without it where the value is undefined. */
export function put<T extends object>(from: T, key: keyof T & string, value: unknown): T {
  const rest = Object.entries(from).filter(([name]) => name !== key);
  if (value === undefined) return Object.fromEntries(rest) as T;
  // A key keeps its place: what a reader compares line by line shows only what was changed.
  if (!(key in from)) return { ...from, [key]: value };
  return Object.fromEntries(
    Object.entries(from).map(([name, old]) => [name, name === key ? value : old]),
  ) as T;
}

/** The same for a mapping within: one that has nothing left goes as well. */
export function putIn<T extends object>(
  from: T,
  part: keyof T & string,
  key: string,
  value: unknown,
): T {
  const inner = put(partOf(from, part), key, value);
  return put(from, part, Object.keys(inner).length > 0 ? inner : undefined);
}

/** The mapping that stands at a key, an empty one where there is none. */
export function partOf(from: object, key: string): Record<string, unknown> {
  const found = (from as Record<string, unknown>)[key];
  return typeof found === "object" && found !== null && !Array.isArray(found)
    ? (found as Record<string, unknown>)
    : {};
}

export function textIn(from: object, key: string): string {
  const found = (from as Record<string, unknown>)[key];
  return typeof found === "string" ? found : typeof found === "number" ? String(found) : "";
}

export function numberIn(from: object, key: string): number | null {
  const found = (from as Record<string, unknown>)[key];
  return typeof found === "number" ? found : null;
}

export function listIn<T>(from: object, key: string): T[] {
  const found = (from as Record<string, unknown>)[key];
  return Array.isArray(found) ? (found as T[]) : [];
}

/** A label; a bare text is Chinese. */
export function labelIn(from: object, key = "label"): Label {
  const found = (from as Record<string, unknown>)[key];
  return typeof found === "string" ? { "zh-CN": found } : (partOf(from, key) as Label);
}

/** The label that a text typed in the present language makes: Chinese is always there. */
export function typedLabel(text: string): Label {
  return currentLocale() === "zh-CN" ? { "zh-CN": text } : { "zh-CN": text, "en-US": text };
}

/** What a label says in the reader's language. */
export function said(label: Label): string {
  return label[currentLocale()] || label["zh-CN"] || "";
}

/** A name that none of the given has, such as `item_3`. */
export function freeKey(stem: string, taken: readonly string[]): string {
  let number = taken.length + 1;
  while (taken.includes(`${stem}_${number}`)) number += 1;
  return `${stem}_${number}`;
}
