/** What publishing a change would do to tables and values, as the server works it out. */
import { queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { DefinitionBody } from "@/shared/definition/form";

export interface FieldProblem {
  field: string;
  code: string;
  message: string;
}

export interface TableChange {
  change: string;
  table: string;
  name: string | null;
  lock: string;
  late: boolean;
  reversible: boolean;
}

interface Conversion {
  object: string;
  field: string;
  from: string;
  to: string;
  values: number;
  lost: number;
  /** Some of those that don't fit. */
  examples: { id: string; value: unknown }[];
}

export interface Plan {
  schema: TableChange[];
  conversions: Conversion[];
  problems: FieldProblem[];
}

/** Of a body, or of the removal; `seen` tells answers about different bodies apart. */
export function planQuery(kind: string, key: string, body: DefinitionBody | null, seen: string) {
  const change = body ? { put: { kind, key, body } } : { remove: { kind, key } };
  return queryOptions({
    queryKey: ["definition", kind, key, "plan", seen],
    queryFn: ({ signal }) =>
      api<Plan>("/catalog/plan", { method: "POST", body: { changes: [change] }, signal }),
  });
}

/** What people notice of a plan, by what it is about; the rest are indexes and columns of the kernel's own. */
export type Effect =
  | { of: "made" | "gone_object" | "back_object" }
  | { of: "added" | "back" | "gone" | "widened" | "empty_field"; field: string }
  | { of: "converted" | "lost"; field: string; values: number; lost: number; examples: string[] };

const OBJECT: Record<string, "made" | "gone_object" | "back_object"> = {
  CreateTable: "made",
  DropTable: "gone_object",
  AdoptTable: "back_object",
};
const FIELD: Record<string, "added" | "back" | "gone" | "widened"> = {
  AddColumn: "added",
  AdoptColumn: "back",
  DropColumn: "gone",
  WidenType: "widened",
};
const EXAMPLES = 5;

function said(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The effects of a plan on one object, and how many inner changes there are besides. */
export function effectsOf(plan: Plan, object: string): { effects: Effect[]; inner: number } {
  const effects: Effect[] = [];
  let inner = 0;
  const converted = new Set(plan.conversions.map((one) => one.field));
  for (const { change, table, name } of plan.schema) {
    const whole = OBJECT[change];
    const part = FIELD[change];
    const isOwn = table === object && name !== null && !name.startsWith("sys_");
    if (whole && table === object) effects.push({ of: whole });
    else if (part && isOwn && !converted.has(name)) effects.push({ of: part, field: name });
    else inner += 1;
  }
  for (const { field, values, lost, examples } of plan.conversions) {
    if (values === 0) effects.push({ of: "empty_field", field });
    else {
      const such = examples.slice(0, EXAMPLES).map((one) => said(one.value));
      effects.push({ of: lost > 0 ? "lost" : "converted", field, values, lost, examples: such });
    }
  }
  return { effects, inner };
}

export function losesValues(plan: Plan | undefined): boolean {
  return plan?.conversions.some((one) => one.lost > 0) ?? false;
}
