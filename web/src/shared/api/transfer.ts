/** Tables in and out: what is asked of the server, and how an import stands. */
import { queryOptions } from "@tanstack/react-query";
import { api } from "./client";
import type { FieldType } from "./types";

export const FORMATS = ["csv", "xlsx"] as const;
export type Format = (typeof FORMATS)[number];

/** The files that a table may come in. */
export const TABLES = ".csv,.tsv,.txt,.xlsx";

/** The address of what a list shows, as a file. */
export function exportAddress(
  object: string,
  format: Format,
  asked: { filter?: string; sort?: string; q?: string },
): string {
  const query = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(asked)) if (value) query.set(name, value);
  return `/api/v1/objects/${object}/export?${query.toString()}`;
}

export const MODES = ["create", "upsert", "update"] as const;
export const DUPLICATES = ["join", "skip", "error"] as const;

export interface ImportOptions {
  mode: (typeof MODES)[number];
  /** The field by which a record that is there already is found. */
  key?: string;
  duplicates: (typeof DUPLICATES)[number];
}

/** Which field each column is for; `order` is how its days are written, `by` what a relation is found by. */
export interface Column {
  header: string;
  field: string | null;
  by?: string | null;
  order?: string;
}

interface RowError {
  field: string | null;
  message: string;
  /** What stands in the cell. */
  written?: string | null;
}

export interface Preview {
  file: { id: string; name: string };
  total: number;
  columns: (Column & { samples: string[] })[];
  fields: { name: string; label: string; type: FieldType; required: boolean }[];
  /** How many rows were looked at, and how many of them have errors. */
  checked: number;
  error_count: number;
  errors: { row: number; errors: RowError[] }[];
}

export type JobState = "queued" | "running" | "done" | "failed" | "cancelled";

export interface Job {
  id: string;
  state: JobState;
  progress: number;
  total: number | null;
  /** How many rows became what: created, updated, skipped, failed … */
  counts: Record<string, number>;
  error_count: number;
  problem: RowError | null;
  /** A table of the rows that failed, each with its reason. */
  errors_url: string | null;
}

/** A file that is sent now, or one that an earlier look has left with the server. */
export type Source = { file: File } | { id: string };

function formOf(source: Source, columns: Column[] | undefined, options: ImportOptions): FormData {
  const form = new FormData();
  if ("file" in source) form.append("file", source.file);
  else form.append("file_id", source.id);
  if (columns) {
    const mapped = columns.filter((column) => column.field !== null);
    const mapping = mapped.map(({ header, field, by, order }) => [header, { field, by, order }]);
    form.append("mapping", JSON.stringify(Object.fromEntries(mapping)));
  }
  form.append("options", JSON.stringify(options));
  return form;
}

/** What an import would do; without columns the server guesses them. Nothing is changed. */
export function previewImport(
  object: string,
  source: Source,
  columns: Column[] | undefined,
  options: ImportOptions,
): Promise<Preview> {
  return api(`/objects/${object}/import`, {
    method: "POST",
    query: { dry_run: true },
    body: formOf(source, columns, options),
  });
}

export function startImport(
  object: string,
  source: Source,
  columns: Column[],
  options: ImportOptions,
  idempotencyKey: string,
): Promise<Job> {
  return api(`/objects/${object}/import`, {
    method: "POST",
    body: formOf(source, columns, options),
    idempotencyKey,
  });
}

/** Fallback for a stream that is lost; the stream tells sooner. */
const ASK_AGAIN = 2_000;

export function isOver(job: Job): boolean {
  return job.state !== "queued" && job.state !== "running";
}

export function jobQuery(id: string) {
  return queryOptions({
    queryKey: ["job", id],
    queryFn: ({ signal }) => api<Job>(`/jobs/${id}`, { signal }),
    refetchInterval: ({ state: { data } }) => (data && isOver(data) ? false : ASK_AGAIN),
  });
}

export function cancelJob(id: string): Promise<Job> {
  return api(`/jobs/${id}`, { method: "DELETE" });
}
