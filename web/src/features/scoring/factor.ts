/** The three ways in which a factor gives points, and the most that each can give. */
import { numberIn, partOf, put, textIn } from "@/shared/definition/body";

export type Factor = Record<string, unknown>;

export const FACTOR_KINDS = ["field", "when", "formula"] as const;
export type FactorKind = (typeof FACTOR_KINDS)[number];

/** The key in a map of points for every value that it doesn't name. */
export const ELSE = "else";
const FIRST_POINTS = 10;

export function kindOf(factor: Factor): FactorKind {
  if ("of" in factor) return "field";
  return typeof factor.points === "string" ? "formula" : "when";
}

/** A factor that gives points in another way; what the other way has no use for goes. */
export function asKind(factor: Factor, kind: FactorKind): Factor {
  if (kind === kindOf(factor)) return factor;
  if (kind === "field") {
    return put(put(put(factor, "when", undefined), "of", ""), "points", { [ELSE]: 0 });
  }
  const points = kind === "formula" ? "" : FIRST_POINTS;
  return put(put(factor, "of", undefined), "points", points);
}

/** The most points that a factor can give; undefined where a formula says. */
function mostOf(factor: Factor): number | undefined {
  switch (kindOf(factor)) {
    case "field": {
      const points = partOf(factor, "points");
      const all = Object.values(points).filter((one) => typeof one === "number");
      return Math.max(numberIn(points, ELSE) ?? 0, ...all);
    }
    case "when":
      return numberIn(factor, "points") ?? 0;
    case "formula":
      return undefined;
  }
}

/** The most that a scorecard gives, and whether a formula may add to it. */
export function sumOf(factors: readonly Factor[]): { most: number; open: boolean } {
  const each = factors.map(mostOf);
  const known = each.filter((one) => one !== undefined);
  return {
    most: known.reduce((sum, one) => sum + Math.max(0, one), 0),
    open: known.length < each.length,
  };
}

interface Band {
  key: string;
  least: number;
  /** Where the next higher one begins. */
  below: number;
}

const HIGHEST = 100;

/** The bands from the lowest, each to where the next begins. */
export function scaleOf(bands: Record<string, unknown>): Band[] {
  const sorted = Object.keys(bands)
    .map((key) => ({ key, least: numberIn(bands, key) ?? 0 }))
    .sort((a, b) => a.least - b.least);
  return sorted.map((one, at) => ({ ...one, below: sorted[at + 1]?.least ?? HIGHEST }));
}

/** The name by which the log knows a factor. */
export function keyOf(factor: Factor): string {
  return textIn(factor, "key");
}
