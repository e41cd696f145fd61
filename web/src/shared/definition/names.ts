/** The name that the server proposes for a label: Chinese by its sound. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import { useSettled } from "@/shared/useSettled";

const PAUSE = 250;
const LONGEST = 200;

export function nameQuery(label: string) {
  return queryOptions({
    queryKey: ["name", label],
    queryFn: ({ signal }) =>
      api<{ name: string | null }>("/names", { query: { label: label.slice(0, LONGEST) }, signal }),
    staleTime: Infinity,
    retry: false,
  });
}

/** A name that none of the given is, from the one that was proposed. */
export function freeName(proposed: string, taken: readonly string[]): string {
  let name = proposed;
  for (let number = 2; taken.includes(name); number++) name = `${proposed}_${number}`;
  return name;
}

/** What is proposed for a label that is being typed; empty until there is an answer. */
export function useProposedName(label: string, taken: readonly string[]): string {
  const text = label.trim();
  const settled = useSettled(text, PAUSE);
  const found = useQuery({ ...nameQuery(settled), enabled: settled !== "" });
  const name = settled === text ? found.data?.name : undefined;
  return name ? freeName(name, taken) : "";
}
