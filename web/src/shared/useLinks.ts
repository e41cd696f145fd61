/** What a person, department or relation field may point at, found by typing. */
import { useQuery } from "@tanstack/react-query";
import { departmentsQuery, peopleQuery, searchQuery, useObject } from "@/shared/api/queries";
import type { Field, Ref } from "@/shared/api/types";

const FOUND = 20;

export function useLinks(field: Field, q: string): { found: Ref[]; loading: boolean } {
  const isPerson = field.type === "person";
  const isDepartment = field.type === "department";
  const object = useObject(isPerson || isDepartment ? "" : (field.object ?? ""));
  const people = useQuery({ ...peopleQuery(q), enabled: isPerson });
  const departments = useQuery({ ...departmentsQuery, enabled: isDepartment });
  const records = useQuery({
    ...searchQuery(object?.name ?? "", q, FOUND),
    enabled: object !== undefined,
  });
  if (isPerson) {
    const found = (people.data?.items ?? []).map(({ id, name }) => ({ id, label: name }));
    return { found, loading: people.isFetching };
  }
  if (isDepartment) {
    const words = q.trim().toLowerCase();
    const found = (departments.data?.items ?? [])
      .filter(({ name }) => name.toLowerCase().includes(words))
      .map(({ id, name }) => ({ id, label: name }));
    return { found, loading: departments.isFetching };
  }
  const found = (records.data?.items ?? []).map((one) => ({
    id: one.id,
    label: String(one[object?.title_field ?? "id"] ?? one.id),
  }));
  return { found, loading: records.isFetching };
}
