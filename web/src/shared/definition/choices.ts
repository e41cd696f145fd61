/** What the blanks of a definition's form may be filled with, by the keys that definitions use. */
import { useQuery } from "@tanstack/react-query";
import { departmentsQuery, everybodyQuery, rolesQuery, useCatalog } from "@/shared/api/queries";
import type { Choice } from "@/shared/sentence/blanks";

export function useObjectChoices(): Choice[] {
  return (useCatalog()?.objects ?? []).map(({ name, label }) => ({ key: name, label }));
}

export function useRoleChoices(): Choice[] {
  return useQuery(rolesQuery).data?.items ?? [];
}

export function useDepartmentChoices(): Choice[] {
  const departments = useQuery(departmentsQuery).data?.items ?? [];
  return departments.map(({ key, name }) => ({ key, label: name }));
}

/** People by login, which is how definitions name them. */
export function usePeopleChoices(): Choice[] {
  const people = useQuery(everybodyQuery).data?.items ?? [];
  return people.map(({ login, name }) => ({ key: login, label: name }));
}
