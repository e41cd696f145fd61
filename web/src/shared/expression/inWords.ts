/** A simple expression as a sentence: fields by their labels, options by theirs, signs as words. */
import type { Catalog, Field } from "@/shared/api/types";
import type { Roots } from "./api";
import { tokensOf, type Token } from "./tokens";

/** The words of the language for keywords and signs; `list` and `count` stand where a word has a place for them. */
export type Say = (
  word: string,
  values?: { list?: string; count?: string; name?: string },
) => string | undefined;

const SIGNS: Record<string, string> = {
  "==": "is",
  "!=": "is_not",
  ">": "over",
  ">=": "at_least",
  "<": "under",
  "<=": "at_most",
};

/** Functions that read as one word, without or with one number in their brackets. */
const MOMENTS = ["now", "today"];
const SPANS = ["minutes", "hours", "days"];
const CONTAINING = ["contains", "has"];

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

/** A number as people read it; a year or a count of four digits needs no comma. */
function grouped(text: string): string {
  return Number(text) >= 10_000 ? Number(text).toLocaleString("en-US") : text;
}

/** Says one expression word by word. */
class Speaker {
  private readonly tokens: Token[];
  private at = 0;
  private last: Field | undefined;
  /** Whether anything of the company's own is spoken of. */
  known = false;

  constructor(
    source: string,
    private readonly find: (names: string[]) => { label: string; field?: Field } | undefined,
    private readonly say: Say,
  ) {
    this.tokens = tokensOf(source).filter((one) => one.kind !== "space");
  }

  private peek(ahead = 0): string | undefined {
    return this.tokens[this.at + ahead]?.text;
  }

  /** All of it, or undefined where it calls what reads best as it is. */
  all(): string[] | undefined {
    const said: string[] = [];
    while (this.at < this.tokens.length) {
      const one = this.next();
      if (one === undefined) return undefined;
      said.push(one);
    }
    return said;
  }

  private next(): string | undefined {
    const { kind, text } = this.tokens[this.at++] as Token;
    if (kind === "name") return this.name(text);
    if (kind === "text") return this.text(text);
    if (kind === "number") return grouped(text);
    const filled = this.presence(text);
    const word = SIGNS[text];
    return filled ?? (word && this.say(word)) ?? text;
  }

  /** `== null` and `!= null`, which people call empty and filled in. */
  private presence(sign: string): string | undefined {
    if ((sign !== "==" && sign !== "!=") || this.peek() !== "null") return undefined;
    this.at++;
    return this.say(sign === "==" ? "empty" : "filled");
  }

  private text(text: string): string {
    const value = unquoted(text);
    return this.last?.options?.find((one) => one.key === value)?.label ?? text;
  }

  private name(text: string): string | undefined {
    if (this.peek() === "(") return this.call(text);
    if (text === "in") return this.among("one_of");
    if (text === "not" && this.peek() === "in") {
      this.at++;
      return this.among("none_of");
    }
    const names = [text];
    while (this.peek() === "." && this.tokens[this.at + 1]?.kind === "name") {
      names.push(this.peek(1) as string);
      this.at += 2;
    }
    const found = this.find(names.map((one) => one.replaceAll("`", "")));
    if (found) [this.last, this.known] = [found.field, true];
    return found?.label ?? (names.length === 1 ? this.say(text) : undefined) ?? names.join(".");
  }

  private call(name: string): string | undefined {
    if (MOMENTS.includes(name) && this.peek(1) === ")") {
      this.at += 2;
      return this.say(name);
    }
    if (SPANS.includes(name) && this.tokens[this.at + 1]?.kind === "number") {
      const count = this.peek(1);
      if (this.peek(2) !== ")") return undefined;
      this.at += 3;
      return this.say(name, { count });
    }
    return CONTAINING.includes(name) ? this.containing() : undefined;
  }

  /** `(field, value)` behind a function that looks for one thing in another. */
  private containing(): string | undefined {
    this.at++;
    const name = this.tokens[this.at]?.kind === "name" ? this.next() : undefined;
    if (name === undefined || this.peek() !== ",") return undefined;
    this.at++;
    const list = this.tokens[this.at] && this.next();
    if (list === undefined || this.peek() !== ")") return undefined;
    this.at++;
    return this.say("contains", { name, list });
  }

  /** What is among the values of a list: of one that is written out, or of one that has a name. */
  private among(word: string): string | undefined {
    if (this.peek() !== "[") {
      const name = this.next();
      return name && this.say(word, { list: name });
    }
    this.at++;
    const items: string[] = [];
    while (this.at < this.tokens.length && this.peek() !== "]") {
      const item = this.next();
      if (item === undefined) return undefined;
      if (item !== ",") items.push(item);
    }
    this.at++;
    return this.say(word, { list: items.join(this.say("comma")) });
  }
}

/** What an expression says, or nothing where it calls functions: those read best as they are. */
export function inWords(
  source: string,
  object: string,
  roots: Roots,
  catalog: Catalog,
  say: Say,
): string | undefined {
  const speaker = new Speaker(source, (names) => follow(names, object, roots, catalog), say);
  const said = speaker.all();
  if (!said || !speaker.known) return undefined;
  return said
    .join(" ")
    .replaceAll(" ,", ",")
    .replace(/\( | \)/g, (one) => one.trim());
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
