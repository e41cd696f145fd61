/** People, departments and duty: what the server says of them, and what may be asked of it. */
import { infiniteQueryOptions, queryOptions, type QueryClient } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { Page, Ref } from "@/shared/api/types";

export type AttributeValue = string | number | boolean | string[] | null;

export interface PersonItem {
  id: string;
  name: string;
  login: string;
  active: boolean;
  /** The person's own switch. */
  on_duty: boolean;
  /** Why the person may not be given records now, in words; null for on duty. */
  away: string | null;
  quota_open: number | null;
  quota_daily: number | null;
  departments: Ref[];
  roles: { key: string; label: string }[];
  /** From here on for administrators only. */
  attributes: Record<string, AttributeValue>;
  city: string | null;
  locale: string;
  email: string | null;
  must_change: boolean;
  second_factor: boolean;
}

export interface Attribute {
  name: string;
  label: string;
  type: "text" | "list" | "number" | "checkbox";
  options: string[];
}

export interface Filters {
  q?: string;
  department?: string;
  role?: string;
  active?: string;
  on_duty?: string;
}

const PAGE = 50;

export const peoplePagesQuery = (filters: Filters) =>
  infiniteQueryOptions({
    queryKey: ["people", "pages", filters],
    queryFn: ({ signal, pageParam }) =>
      api<Page<PersonItem>>("/people", {
        query: { ...filters, limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });

export const personQuery = (id: string) =>
  queryOptions({
    queryKey: ["people", "one", id],
    queryFn: ({ signal }) => api<PersonItem>(`/people/${id}`, { signal }),
  });

export const attributesQuery = queryOptions({
  queryKey: ["people", "attributes"],
  queryFn: ({ signal }) => api<Page<Attribute>>("/people/attributes", { signal }),
  staleTime: 60_000,
});

/** After a change of people: lists, drawers, and what is chosen from. */
export async function refreshPeople(client: QueryClient): Promise<void> {
  await Promise.all(
    ["people", "everybody", "departments"].map((key) =>
      client.invalidateQueries({ queryKey: [key] }),
    ),
  );
}

export type Change = Record<string, unknown>;

export function createPerson(body: Change): Promise<PersonItem & { password: string }> {
  return api("/people", { method: "POST", body });
}

export function changePerson(id: string, body: Change): Promise<PersonItem> {
  return api(`/people/${id}`, { method: "PATCH", body });
}

export function resetPassword(id: string): Promise<{ password: string }> {
  return api(`/people/${id}/password`, { method: "POST" });
}

export function dropFactor(id: string): Promise<void> {
  return api(`/people/${id}/totp`, { method: "DELETE" });
}

export function signOutEverywhere(id: string): Promise<void> {
  return api(`/people/${id}/sessions`, { method: "DELETE" });
}

/** What somebody holds: the hand-over list. */
export interface Holdings {
  person: PersonItem;
  objects: { object: string; label: string; count: number; clocks: number; first: Ref[] }[];
  heads: Department[];
  roles: { key: string; label: string }[];
}

export const holdingsQuery = (id: string) =>
  queryOptions({
    queryKey: ["people", "holdings", id],
    queryFn: ({ signal }) => api<Holdings>(`/people/${id}/holdings`, { signal }),
    staleTime: 0,
  });

/** Out in one step; the records are handed over after it, piece by piece, so that progress can be told. */
export function deactivate(id: string): Promise<Holdings> {
  return api(`/people/${id}/deactivate`, { method: "POST" });
}

export function reactivate(id: string): Promise<PersonItem> {
  return api(`/people/${id}/reactivate`, { method: "POST" });
}

export function handOver(id: string, to: string, object: string) {
  return api<{ handed_over: number; remaining: number }>(`/people/${id}/hand_over`, {
    method: "POST",
    body: { to, objects: [object] },
  });
}

export interface Leave {
  from: string;
  until: string;
  note: string | null;
}

export interface Duty {
  on_duty: boolean;
  calendar: string | null;
  calendars: { key: string; label: string }[];
  leave: Leave[];
  now: { on_duty: boolean; code: string | null; reason: string | null };
}

export const dutyQuery = (id: string) =>
  queryOptions({
    queryKey: ["people", "duty", id],
    queryFn: ({ signal }) => api<Duty>(`/people/${id}/duty`, { signal }),
  });

export function setDuty(id: string, body: Change): Promise<Duty> {
  return api(`/people/${id}/duty`, { method: "PUT", body });
}

export interface Department {
  id: string;
  key: string;
  name: string;
  parent: string | null;
  head: string | null;
}

export const treeQuery = queryOptions({
  queryKey: ["departments"],
  queryFn: ({ signal }) => api<Page<Department>>("/departments", { signal }),
});

export function createDepartment(body: Change): Promise<Department> {
  return api("/departments", { method: "POST", body });
}

export function changeDepartment(id: string, body: Change): Promise<Department> {
  return api(`/departments/${id}`, { method: "PATCH", body });
}

export function deleteDepartment(id: string): Promise<void> {
  return api(`/departments/${id}`, { method: "DELETE" });
}

/** Why somebody may do what with a record, and sees which of its fields. */
export interface Access {
  person: Ref;
  active: boolean;
  actions: { action: string; label?: string; allowed: boolean; grounds: Ground[] }[];
  fields: {
    name: string;
    label: string;
    level: "hidden" | "read" | "write";
    roles: { role: { key: string; label: string }; level: string }[];
  }[];
}

export interface Ground {
  role: { key: string; label: string };
  holds: boolean;
  scope?: string;
  /** Null where the asker may not see what it is about. */
  condition?: string | null;
}

export const accessQuery = (object: string, record: string, person: string) =>
  queryOptions({
    queryKey: ["access", object, record, person],
    queryFn: ({ signal }) =>
      api<Access>(`/objects/${object}/records/${record}/access`, { query: { person }, signal }),
  });

/** Who works in a department or below it. */
export const teamQuery = (department: string) =>
  queryOptions({
    queryKey: ["people", "team", department],
    queryFn: ({ signal }) =>
      api<Page<PersonItem>>("/people", {
        query: { department, active: true, limit: 500 },
        signal,
      }),
  });
