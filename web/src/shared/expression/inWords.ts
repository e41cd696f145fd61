/** A simple expression as a sentence: fields by their labels, options by theirs, signs as words. */
import type { Catalog, Field } from "@/shared/api/types";
import type { Roots } from "./api";
import { tokensOf, type Token } from "./tokens";

/** The words of the language for keywords and signs. */
export type Say = (word: string) => string | undefined;

const SIGNS: Record<string, string> = {
  "==": "is",
  "!=": "is_not",
  ">": "over",
  ">=": "at_least",
  "<": "under",
  "<=": "at_most",
};

/** Where a chain of names leads: what it is called, and the field at its end. */
function follow(
  names: string[],
  object: string,
  roots: Roots,
  catalog: Catalog,
): { label: string; field?: Field } | undefined {
  const fieldsOf = (name: string) => catalog.objects.find((one) => one.name === name)?.fields;
  const [first = "", ...others] = names;
  const root = first === "record" ? object : roots[first];
  if (typeof root === "object") return undefined;
  let here = root ?? object;
  let field: Field | undefined;
  const labels: string[] = [];
  for (const name of root === undefined ? names : others) {
    field = fieldsOf(here)?.find((one) => one.name === name || one.label === name);
    if (!field) return undefined;
    labels.push(field.label);
    here = field.object ?? "";
  }
  return labels.length > 0 ? { label: labels.join(" › "), field } : undefined;
}

function unquoted(text: string): string {
  return text.slice(1, text.at(-1) === text[0] && text.length > 1 ? -1 : undefined);
}

/** What an expression says, or nothing where it calls functions: those read best as they are. */
export function inWords(
  source: string,
  object: string,
  roots: Roots,
  catalog: Catalog,
  say: Say,
): string | undefined {
  const tokens = tokensOf(source).filter((one) => one.kind !== "space");
  const said: string[] = [];
  let last: Field | undefined;
  let known = false;
  for (let i = 0; i < tokens.length; i++) {
    const { kind, text } = tokens[i] as Token;
    const next = tokens[i + 1]?.text;
    if (kind === "name") {
      if (next === "(") return undefined;
      const names = [text];
      while (tokens[i + 1]?.text === "." && tokens[i + 2]?.kind === "name") {
        names.push((tokens[i + 2] as Token).text);
        i += 2;
      }
      const found = follow(
        names.map((one) => one.replaceAll("`", "")),
        object,
        roots,
        catalog,
      );
      if (found) [last, known] = [found.field, true];
      said.push(found?.label ?? (names.length === 1 ? say(text) : undefined) ?? names.join("."));
    } else if (kind === "text") {
      const value = unquoted(text);
      said.push(last?.options?.find((one) => one.key === value)?.label ?? text);
    } else if (text !== "[" && text !== "]") {
      const word = SIGNS[text];
      said.push((word && say(word)) ?? text);
    }
  }
  return known
    ? said
        .join(" ")
        .replaceAll(" ,", ",")
        .replace(/\( | \)/g, (one) => one.trim())
    : undefined;
}

/** The expression as it is written, with the labels of fields in the place of their names. */
export function withLabels(source: string, object: string, catalog: Catalog): string {
  const fields = catalog.objects.find((one) => one.name === object)?.fields ?? [];
  const tokens = tokensOf(source);
  return tokens
    .map(({ kind, text }, i) => {
      const called = tokens[i + 1]?.text === "(" || tokens[i - 1]?.text === ".";
      const field = kind === "name" && !called && fields.find((one) => one.name === text);
      return field ? field.label : text;
    })
    .join("");
}
