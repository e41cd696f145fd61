/** What the address of the metrics page says: which metric, by what, over how long, in which periods. */

export const SPANS = [7, 30, 90, 365] as const;
export type Span = (typeof SPANS)[number];
export const GRAINS = ["day", "week", "month", "quarter"] as const;
export type Grain = (typeof GRAINS)[number];

export interface MetricSearch {
  metric?: string;
  by?: string;
  span?: Span;
  grain?: Grain;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Take what makes sense from an address that anyone may have typed. */
export function readMetricSearch(search: Record<string, unknown>): MetricSearch {
  return {
    metric: textOf(search.metric),
    by: textOf(search.by),
    span: SPANS.find((one) => one === search.span),
    grain: GRAINS.find((one) => one === search.grain),
  };
}
