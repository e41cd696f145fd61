/** How one wants to be told, as the server keeps it. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/shared/api/client";

export const LEVELS = ["danger", "warning", "info"] as const;
type Level = (typeof LEVELS)[number];

export interface Choice {
  /** Whether it pops up; the inbox has it in any case. */
  in_app: boolean;
  email: "now" | "digest" | "off";
}

export interface Wanted {
  levels: Record<Level, Choice>;
  /** A choice for a type counts for more than the one for its level. */
  types: Record<string, Choice>;
  quiet: { from: string; to: string } | null;
  digest_at: string;
}

export interface Preferences extends Wanted {
  /** Where e-mail goes; null where none is known. */
  address: string | null;
  /** `outside` are the channels that lead out of the house and are set up. */
  known: { types: string[]; outside: string[] };
}

/** What became of a test message; `status` is what the other side answered, where it did. */
export interface Tried {
  delivered: boolean;
  status: number | null;
  error: { code: string; message: string } | null;
}

const KEY = ["me", "notifications", "preferences"];

export const preferencesQuery = queryOptions({
  queryKey: KEY,
  queryFn: ({ signal }) => api<Preferences>("/me/notifications/preferences", { signal }),
  // A form stands on it: what is typed must not be replaced by a fetch in the background.
  staleTime: Infinity,
});

export function useSavePreferences() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: Wanted) =>
      api<Preferences>("/me/notifications/preferences", { method: "PUT", body: wanted }),
    onSuccess: (kept) => client.setQueryData(KEY, kept),
  });
}

/** Send oneself a test message. */
export function useTryOut() {
  return useMutation({
    mutationFn: (channel: string) =>
      api<Tried>("/me/notifications/test", { method: "POST", body: { channel } }),
  });
}

const MANY = "_many";

/** The types to choose for: the notice of one and the notice of many of the same are one choice. */
export function baseTypes(known: readonly string[]): string[] {
  return known.filter((one) => !(one.endsWith(MANY) && known.includes(one.slice(0, -MANY.length))));
}

/** The choices with another one for a type, and for the notices of many of it; none is that of the level. */
export function withType(
  types: Record<string, Choice>,
  known: readonly string[],
  type: string,
  choice: Choice | undefined,
): Record<string, Choice> {
  const next = { ...types };
  for (const one of [type, type + MANY]) {
    if (choice && known.includes(one)) next[one] = choice;
    else delete next[one];
  }
  return next;
}
