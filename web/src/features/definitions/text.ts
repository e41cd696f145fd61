/** A definition's body as text, and back: YAML, as in the files of an app. */
import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  stringify,
  type Node,
} from "yaml";
import type { DefinitionBody } from "@/shared/definition/form";

export function textOf(body: DefinitionBody): string {
  return stringify(body, { lineWidth: 100 });
}

/** What a text says, or what is wrong with it and on which line. */
export type Read = { body: DefinitionBody } | { line: number; message: string };

export function read(text: string): Read {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) return { line: lines.linePos(error.pos[0]).line, message: error.message };
  if (!isMap(document.contents)) return { line: 1, message: "" };
  return { body: document.toJS() as DefinitionBody };
}

/** A place such as `factors[2].points.expo` as the way to it; a part of a list is named by number or key. */
export function wayOf(place: string): (string | number)[] {
  return [...place.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) =>
    index === undefined ? (name ?? "") : Number(index),
  );
}

/** The line of the text on which a place stands, or the nearest that contains it. */
export function lineOf(text: string, place: string): number {
  const lines = new LineCounter();
  let node: unknown = parseDocument(text, { lineCounter: lines }).contents;
  let at = 0;
  for (const step of wayOf(place)) {
    const next: unknown = isSeq(node)
      ? typeof step === "number"
        ? node.items[step]
        : node.items.find((one) => isMap(one) && one.get("key") === step)
      : isMap(node)
        ? node.items.find(
            (one) => isPair(one) && isScalar(one.key) && String(one.key.value) === step,
          )
        : undefined;
    if (next === undefined) break;
    const [start, value] = isPair(next) ? [next.key, next.value] : [next, next];
    at = (start as Node).range?.[0] ?? at;
    node = value;
  }
  return lines.linePos(at).line;
}
