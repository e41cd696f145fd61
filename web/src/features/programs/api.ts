/** What connects other programs: tokens that they sign in with, and what is sent to them. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { Page, Ref } from "@/shared/api/types";

export interface Token {
  id: string;
  name: string;
  scopes: string[];
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
}

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) => api<Page<Token>>("/tokens", { query: { limit: 200 }, signal }),
});

export function makeToken(body: object): Promise<Token & { secret: string }> {
  return api("/tokens", { method: "POST", body });
}

export function revokeToken(id: string): Promise<void> {
  return api(`/tokens/${id}`, { method: "DELETE" });
}

export interface Webhook {
  key: string;
  label: string;
  object: string;
  url: string;
  events: string[];
  active: boolean;
  secret_at: string | null;
  waiting: number;
  dead: number;
}

export const webhooksQuery = queryOptions({
  queryKey: ["webhooks"],
  queryFn: ({ signal }) => api<Page<Webhook>>("/webhooks", { signal }),
});

export function newSecret(webhook: string): Promise<{ secret: string }> {
  return api(`/webhooks/${webhook}/secret`, { method: "POST" });
}

export const STATES = ["waiting", "done", "dead"] as const;
export type State = (typeof STATES)[number];
export const CHANNELS = ["webhook", "email"] as const;

export interface Delivery {
  id: string;
  type: string;
  /** What is told: the subject of a mail, what has happened to a record. */
  label: string;
  object: string | null;
  record: string | null;
  state: State;
  attempts: number;
  created_at: string;
  next_at: string | null;
  done_at: string | null;
  status: number | null;
  channel: (typeof CHANNELS)[number];
  webhook: string | null;
  person: Ref | null;
  error: { code: string; message: string } | null;
}

export interface Asked {
  state?: string;
  channel?: string;
  webhook?: string;
}

export const deliveriesQuery = (asked: Asked) =>
  infiniteQueryOptions({
    queryKey: ["deliveries", asked],
    queryFn: ({ signal, pageParam }) =>
      api<Page<Delivery>>("/deliveries", {
        query: { ...asked, limit: 50, cursor: pageParam },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });

export function resend(delivery: string): Promise<void> {
  return api(`/deliveries/${delivery}/resend`, { method: "POST" });
}

/** What the address of the log says. */
export function readAsked(search: Record<string, unknown>): Asked {
  const said = (["state", "channel", "webhook"] as const).flatMap((name) => {
    const value = search[name];
    return typeof value === "string" && value !== "" ? [[name, value] as const] : [];
  });
  return Object.fromEntries(said);
}
