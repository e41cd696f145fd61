/** One function that speaks to the server, and the error that it raises. */
import { currentLocale } from "@/shared/i18n";
import { sessionStore } from "@/shared/session";
import type { RecordItem, Unmet } from "./types";

/** A problem+json answer. */
export interface Problem {
  title: string;
  status: number;
  code: string;
  detail?: string | null;
  errors?: { field: string; code: string; message: string }[];
  unmet?: Unmet[];
  current?: RecordItem;
  /** Of `merged`: the record that the one asked for went into. */
  into?: string;
}

/** What the server refused, or `code: "offline"` when it could not be reached. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
  }

  get code(): string {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }

  /** Whether the server has looked at the request and said no; otherwise it may have been done, or not. */
  get refused(): boolean {
    return this.status >= 400 && this.status < 500;
  }

  /** The first message for each wrong field. */
  get fieldErrors(): Record<string, string> {
    const errors = this.problem.errors ?? [];
    return Object.fromEntries(errors.toReversed().map((one) => [one.field, one.message]));
  }
}

type Query = Record<string, string | number | boolean | undefined | null>;

interface Request {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  query?: Query;
  /** Sent as JSON, but for a form, which is sent as it is. */
  body?: unknown;
  idempotencyKey?: string;
  /** The tag of the answer that a change was made from. */
  ifMatch?: string;
  signal?: AbortSignal;
}

function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return `/api/v1${path}${text && `?${text}`}`;
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback = { title: response.statusText, status: response.status, code: "server_error" };
  try {
    return { ...fallback, ...((await response.json()) as Partial<Problem>) };
  } catch {
    return fallback;
  }
}

/** Wait for an answer or its body; where none comes the server is out of reach, unless nobody waits any more. */
async function reached<T>(waited: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await waited;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError({ title: "", status: 0, code: "offline" });
  }
}

async function send(path: string, request: Request): Promise<Response> {
  const { method = "GET", query, body, idempotencyKey, ifMatch, signal } = request;
  const headers: Record<string, string> = {
    Accept: "application/json",
    "Accept-Language": currentLocale(),
  };
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  if (idempotencyKey) headers["Idempotency-Key"] = idempotencyKey;
  if (ifMatch) headers["If-Match"] = ifMatch;
  const asked = fetch(address(path, query), {
    method,
    headers,
    body: isForm || body === undefined ? body : JSON.stringify(body),
    signal,
    credentials: "same-origin",
  });
  const response = await reached(asked, signal);
  if (!response.ok) {
    const problem = await problemOf(response);
    if (problem.code === "not_signed_in") sessionStore.lose();
    throw new ApiError(problem);
  }
  return response;
}

/** Send a request to the API and return its JSON; nothing for 204. */
export async function api<T>(path: string, request: Request = {}): Promise<T> {
  const response = await send(path, request);
  if (response.status === 204) return undefined as T;
  return reached(response.json() as Promise<T>, request.signal);
}

/** The same with the answer's tag, for whoever changes what has been read. */
export async function apiTagged<T>(
  path: string,
  request: Request = {},
): Promise<T & { tag?: string }> {
  const response = await send(path, request);
  const body = await reached(response.json() as Promise<T>, request.signal);
  return { ...body, tag: response.headers.get("ETag") ?? undefined };
}
