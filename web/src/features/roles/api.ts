/** What a role's form needs to know: which definitions there are, and who has the role. */
import { queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { Page, Person } from "@/shared/api/types";

export interface Known {
  kind: string;
  key: string;
  label: string;
}

export const definitionsQuery = queryOptions({
  queryKey: ["definitions", "all"],
  queryFn: ({ signal }) => api<Page<Known>>("/definitions", { query: { limit: 500 }, signal }),
  staleTime: 60_000,
});

export const holdersQuery = (role: string) =>
  queryOptions({
    queryKey: ["people", "with", role],
    queryFn: ({ signal }) =>
      api<Page<Person>>("/people", { query: { role, active: true, limit: 500 }, signal }),
    enabled: role !== "",
  });
