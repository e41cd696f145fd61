/** How filters are joined: a filter says whether it stands beside the one before it or instead of it. */
import type { Filter } from "./model";

/** Filters of which one is enough stand together; every group has to hold. */
export function groupsOf(filters: readonly Filter[]): Filter[][] {
  const groups: Filter[][] = [];
  for (const filter of filters) {
    const last = groups.at(-1);
    if (filter.or && last) last.push(filter);
    else groups.push([filter]);
  }
  return groups;
}

export type Match = "all" | "any" | "mixed";

/** A single filter is all there is. */
export function matchOf(filters: readonly Filter[]): Match {
  const groups = groupsOf(filters).length;
  if (groups === filters.length) return "all";
  return groups === 1 ? "any" : "mixed";
}

/** The filter, joined to the one before it. */
export function joined(filter: Filter, or: boolean): Filter {
  return { ...filter, or: or || undefined };
}

/** Join all filters alike. */
export function matching(filters: readonly Filter[], match: "all" | "any"): Filter[] {
  return filters.map((filter, i) => joined(filter, match === "any" && i > 0));
}

/** Put a filter in its place: one that was there stays joined, a new one joins as all others do. */
export function withFilter(filters: readonly Filter[], filter: Filter, place: number): Filter[] {
  const or = place < filters.length ? filters[place]?.or === true : matchOf(filters) === "any";
  return filters.toSpliced(place, 1, joined(filter, or));
}

/** Without one filter; the next of its group takes its place at the group's head. */
export function withoutFilter(filters: readonly Filter[], place: number): Filter[] {
  const next = filters[place + 1];
  const rest = filters.toSpliced(place, 1);
  if (!next) return rest;
  return rest.toSpliced(place, 1, joined(next, next.or === true && filters[place]?.or === true));
}
