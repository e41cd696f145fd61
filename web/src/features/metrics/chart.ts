/** Where a chart's points stand: a scale over the values, one over the days. */

/** Days, hours and minutes in seconds. */
const SPANS = [86_400, 3_600, 60];

interface Point {
  day: string;
  value: number;
}

interface Placed {
  points: { x: number; y: number; day: string; value: number }[];
  /** The height of the line between good and bad. */
  good: number | null;
  top: number;
}

/** The next round number above: 1, 2 or 5 times a power of ten. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((one) => one * power >= value) ?? 10) * power;
}

/** Where the scale ends: a share at the whole, a span at a round number of minutes, hours or days. */
function topOf(highest: number, unit: string | null): number {
  if (unit === "share" && highest > 0.5) return Math.max(1, highest);
  if (unit !== "duration") return roundUp(highest);
  const length = SPANS.find((one) => highest >= 2 * one) ?? 1;
  return roundUp(highest / length) * length;
}

/**
 * Put the points into a box; the scale begins at nothing, so that heights may be compared, and holds the good line.
 */
export function placed(
  points: readonly Point[],
  good: number | null,
  unit: string | null,
  width: number,
  height: number,
): Placed {
  const highest = Math.max(0, ...points.map((one) => one.value), good ?? 0);
  const top = topOf(highest, unit);
  const days = points.map((one) => Date.parse(one.day));
  const [first = 0, last = 0] = [Math.min(...days), Math.max(...days)];
  const xOf = (day: number) =>
    last > first ? ((day - first) / (last - first)) * width : width / 2;
  const yOf = (value: number) => height - (value / top) * height;
  return {
    points: points.map((one, i) => ({ ...one, x: xOf(days[i] ?? first), y: yOf(one.value) })),
    good: good === null ? null : yOf(good),
    top,
  };
}
