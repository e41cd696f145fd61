/** A metric's formula as what it is made of: a function over the records, or one divided by another. */

export const FUNCTIONS = ["count", "sum", "avg", "min", "max", "median", "p90"] as const;
export type Fn = (typeof FUNCTIONS)[number];

export interface Part {
  fn: Fn;
  /** Of what; nothing for a count. */
  value: string;
  /** Only of the records for which it holds; empty for all. */
  condition: string;
}

export interface Measure {
  top: Part;
  under?: Part;
}

const OPENING = "([{";
const CLOSING = ")]}";

/** Cut a text at each mark that stands in no brackets and in no quotes; undefined where brackets don't match. */
function cut(text: string, mark: string): string[] | undefined {
  const parts = [""];
  let depth = 0;
  let quote = "";
  for (const letter of text) {
    if (quote) quote = letter === quote ? "" : quote;
    else if (letter === "'" || letter === '"') quote = letter;
    else if (OPENING.includes(letter)) depth += 1;
    else if (CLOSING.includes(letter)) depth -= 1;
    else if (letter === mark && depth === 0) {
      parts.push("");
      continue;
    }
    if (depth < 0) return undefined;
    parts[parts.length - 1] += letter;
  }
  return depth === 0 && quote === "" ? parts.map((one) => one.trim()) : undefined;
}

function readPart(text: string): Part | undefined {
  const found = /^(\w+)\s*\(([\s\S]*)\)$/.exec(text);
  const fn = FUNCTIONS.find((one) => one === found?.[1]);
  const inner = found?.[2]?.trim() ?? "";
  // `count(a) + count(b)` begins and ends alike, but its brackets don't match inside.
  const given = inner === "" ? [] : cut(inner, ",");
  if (!fn || !given || given.length > (fn === "count" ? 1 : 2)) return undefined;
  if (fn === "count") return { fn, value: "", condition: given[0] ?? "" };
  return given[0] ? { fn, value: given[0], condition: given[1] ?? "" } : undefined;
}

/** What a formula is made of; undefined where it is made of anything else. */
export function readMeasure(text: string): Measure | undefined {
  const parts = cut(text, "/");
  if (!parts || parts.length > 2) return undefined;
  const [top, under] = parts.map(readPart);
  if (!top || (parts.length === 2 && !under)) return undefined;
  return under ? { top, under } : { top };
}

function writePart({ fn, value, condition }: Part): string {
  const given = fn === "count" ? [condition] : [value, condition];
  return `${fn}(${given.filter((one) => one.trim() !== "").join(", ")})`;
}

export function writeMeasure({ top, under }: Measure): string {
  return under ? `${writePart(top)} / ${writePart(under)}` : writePart(top);
}

/** Whether it is how many of how many, which people say in per cent. */
export function isShare(measure: Measure | undefined): boolean {
  return measure?.top.fn === "count" && measure.under?.fn === "count";
}
