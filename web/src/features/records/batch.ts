/** One deed on many records: what is asked of the server, what came of it, and how it is taken back. */
import { api } from "@/shared/api/client";
import type { Field, RecordItem, Value } from "@/shared/api/types";
import { toServer } from "@/shared/form/model";
import type { Job } from "@/shared/api/transfer";

export type Deed =
  | { change: Record<string, Value> }
  | { operation: string; values: Record<string, Value> }
  | { assign: { person?: string } }
  | { delete: true };

/** Which records: so many, or all that a filter finds. */
export type On = { ids: string[] } | { filter: string };

export interface Told {
  items: { id: string; ok: boolean; error?: { code: string; detail: string } }[];
  done: number;
  failed: number;
}

/** Up to 200 records are done in the answer; more are a job. */
export function doToMany(object: string, on: On, deed: Deed, key: string): Promise<Told | Job> {
  return api(`/objects/${object}/bulk`, {
    method: "POST",
    body: { ...on, ...deed },
    idempotencyKey: key,
  });
}

export function isJob(answer: Told | Job): answer is Job {
  return "state" in answer;
}

/** Of more different values than these it would be a flood of requests to give each record its own back. */
const MOST_BACK = 20;

/** The deeds that give records the value back that each had, one for each value; undefined where that is too much. */
export function takenBack(
  field: Field,
  rows: readonly RecordItem[],
): { ids: string[]; value: Value }[] | undefined {
  const groups = new Map<string, { ids: string[]; value: Value }>();
  for (const row of rows) {
    const value = toServer(field, row[field.name] as Value) ?? null;
    const key = JSON.stringify(value);
    const group = groups.get(key) ?? { ids: [], value };
    group.ids.push(row.id);
    groups.set(key, group);
  }
  return groups.size <= MOST_BACK ? [...groups.values()] : undefined;
}
