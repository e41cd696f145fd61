/** What a channel's form asks the server: what a sample would become, and new secrets. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { Value } from "@/shared/api/types";
import type { DefinitionBody } from "@/shared/definition/form";

export interface Told {
  field: string;
  code: string;
  message: string;
}

export interface Trial {
  outcome: "created" | "joined" | "refused";
  code: string | null;
  object: string;
  values: Record<string, Value>;
  /** What names no field; it is kept with the record. */
  extra: Record<string, unknown>;
  notes: Told[];
  errors: Told[];
  duplicates: {
    object: string;
    by: string;
    then: string;
    id: string | null;
    label: string | null;
  }[];
  once: string | null;
}

export const trialQuery = (key: string, payload: unknown, body: DefinitionBody) =>
  queryOptions({
    queryKey: ["channel", "trial", key, payload, body],
    queryFn: ({ signal }) =>
      api<Trial>(`/definitions/channel/${key}/test`, {
        method: "POST",
        body: { payload, body },
        signal,
      }),
    placeholderData: keepPreviousData,
    retry: false,
  });

export function makeSecret(
  channel: string,
  use: "signature" | "geetest",
  secret?: string,
): Promise<{ secret: string }> {
  return api(`/channels/${channel}/secret`, { method: "POST", body: { use, secret } });
}
