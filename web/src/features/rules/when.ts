/**
 * A rule's condition may begin with the fields whose change it is about: `changed.score and (source == 'expo')`. Only
 * that one way of writing it is told apart; any other condition is shown as it is written.
 */

export interface When {
  /** The fields of which one must have changed. */
  fields: string[];
  /** The rest; undefined where there is none. */
  rest: string | undefined;
}

const FIRST = /^(?:changed\.(\w+)|\((changed\.\w+(?: or changed\.\w+)*)\))(?: and \((.*)\))?$/s;

/** Whether no parenthesis closes one that stands before the text. */
function isClosed(text: string): boolean {
  let open = 0;
  for (const [part] of text.matchAll(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[()]/gs)) {
    if (part === "(") open += 1;
    if (part === ")") open -= 1;
    if (open < 0) return false;
  }
  return open === 0;
}

export function readWhen(source: string | undefined): When {
  const found = FIRST.exec(source ?? "");
  if (!found || !isClosed(found[3] ?? "")) return { fields: [], rest: source };
  const several = (found[2] ?? `changed.${found[1]}`).split(" or ");
  return { fields: several.map((one) => one.slice("changed.".length)), rest: found[3] };
}

export function writeWhen({ fields, rest }: When): string | undefined {
  if (fields.length === 0) return rest;
  const names = fields.map((name) => `changed.${name}`).join(" or ");
  const first = fields.length > 1 ? `(${names})` : names;
  return rest === undefined || rest.trim() === "" ? first : `${first} and (${rest})`;
}
