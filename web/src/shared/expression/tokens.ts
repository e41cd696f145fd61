/** An expression cut into words, to colour it and to say it; what it means the server alone knows. */

type TokenKind = "space" | "text" | "number" | "name" | "sign";

export interface Token {
  kind: TokenKind;
  text: string;
}

const TOKEN =
  /(?<space>\s+)|(?<text>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)|(?<number>\d+(?:\.\d+)?)|(?<name>`[^`]*`?|[\p{L}_][\p{L}\p{N}_]*)|(?<sign>[=!<>]=|.)/suy;

export function tokensOf(source: string): Token[] {
  return [...source.matchAll(new RegExp(TOKEN.source, "sug"))].map(({ 0: text, groups = {} }) => {
    const kind = Object.keys(groups).find((one) => groups[one] !== undefined) as TokenKind;
    return { kind, text };
  });
}

export const KEYWORDS = ["and", "or", "not", "in", "if", "else", "true", "false", "null"] as const;

/** The server counts characters, JavaScript halves of surrogate pairs. */
export function unitsOf(text: string, characters: number): number {
  return [...text].slice(0, characters).join("").length;
}

export function charactersOf(text: string, units: number): number {
  return [...text.slice(0, units)].length;
}
