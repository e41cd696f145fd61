/** Spans of time as definitions write them: a number and a unit, with a minus before what is earlier. */

export const SPAN_UNITS = ["s", "m", "h", "d"] as const;
export type SpanUnit = (typeof SPAN_UNITS)[number];

const SECONDS: Record<SpanUnit, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

export interface Span {
  amount: number;
  unit: SpanUnit;
  before: boolean;
}

export function readSpan(text: string): Span | null {
  const found = /^\s*(-?)(\d{1,9})([smhd])\s*$/.exec(text);
  if (!found) return null;
  return { amount: Number(found[2]), unit: found[3] as SpanUnit, before: found[1] === "-" };
}

export function writeSpan(amount: number, unit: SpanUnit, before: boolean): string {
  return `${before && amount > 0 ? "-" : ""}${Math.max(0, Math.round(amount))}${unit}`;
}

/** In seconds; what is no span counts as none. */
export function secondsOf(text: string): number {
  const span = readSpan(text);
  return span ? span.amount * SECONDS[span.unit] * (span.before ? -1 : 1) : 0;
}
