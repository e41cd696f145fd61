/** Queries that several features share: who I am, the metadata, people. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { setServerTime } from "@/shared/tick";
import { readCatalog, type CatalogAnswer } from "./catalog";
import { api } from "./client";
import type { Catalog, Department, Me, ObjectDef, Option, Page, Person, Pipeline } from "./types";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }) => {
    const me = await api<Me>("/me", { signal });
    setServerTime(me.now);
    return me;
  },
  staleTime: 5 * 60_000,
});

export const catalogQuery = queryOptions({
  queryKey: ["catalog"],
  queryFn: async ({ signal }) => readCatalog(await api<CatalogAnswer>("/catalog", { signal })),
  staleTime: 5 * 60_000,
});

export function peopleQuery(q: string) {
  return queryOptions({
    queryKey: ["people", q],
    queryFn: ({ signal }) => api<Page<Person>>("/people", { query: { q, limit: 50 }, signal }),
    staleTime: 60_000,
  });
}

export const departmentsQuery = queryOptions({
  queryKey: ["departments"],
  queryFn: ({ signal }) => api<Page<Department>>("/departments", { signal }),
  staleTime: 5 * 60_000,
});

/** Everybody, for what is chosen from the whole company; one of more people shows the first of them. */
export const everybodyQuery = queryOptions({
  queryKey: ["everybody"],
  queryFn: ({ signal }) => api<Page<Person>>("/people", { query: { limit: 500 }, signal }),
  staleTime: 60_000,
});

export const rolesQuery = queryOptions({
  queryKey: ["roles"],
  queryFn: ({ signal }) => api<Page<Option>>("/roles", { signal }),
  staleTime: 5 * 60_000,
});

/** Find records of an object by words, for relation fields and search. */
export function searchQuery(object: string, q: string, limit: number) {
  return queryOptions({
    queryKey: ["search", object, q, limit],
    queryFn: ({ signal }) =>
      api<Page<Record<string, unknown> & { id: string }>>(`/objects/${object}/records`, {
        query: { q, limit },
        signal,
      }),
    staleTime: 10_000,
  });
}

export function useMe(): Me | undefined {
  return useQuery(meQuery).data;
}

export function useCatalog(): Catalog | undefined {
  return useQuery(catalogQuery).data;
}

export function useObject(name: string): ObjectDef | undefined {
  return useCatalog()?.objects.find((one) => one.name === name);
}

export function usePipeline(object: ObjectDef | undefined): Pipeline | undefined {
  const pipelines = useCatalog()?.pipelines;
  return object?.pipeline ? pipelines?.find((one) => one.key === object.pipeline) : undefined;
}
