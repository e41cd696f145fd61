/** What the address of the list of people says: its filters, and whose drawer is open. */
import type { Filters } from "./api";

const FILTERS = ["q", "department", "role", "active", "on_duty"] as const;

export interface PeopleSearch extends Filters {
  person?: string;
}

export function readPeopleSearch(search: Record<string, unknown>): PeopleSearch {
  const said = [...FILTERS, "person" as const].flatMap((name) => {
    const value = search[name];
    // The address's own reader makes booleans and numbers of what looks like one.
    const text = typeof value === "boolean" || typeof value === "number" ? String(value) : value;
    return typeof text === "string" && text !== "" ? [[name, text] as const] : [];
  });
  return Object.fromEntries(said);
}

/** Those who work here, unless somebody asks for the others. */
export function filtersOf({ person, ...filters }: PeopleSearch): Filters {
  void person;
  return { active: "true", ...filters, ...(filters.active === "all" && { active: undefined }) };
}
