/** What the parts of a step know of where they stand. */
import type { Field } from "@/shared/api/types";
import type { Roots } from "./model";

export interface Around {
  /** The object of the rule, clock or operation. */
  object: string;
  /** What expressions may name beside its fields. */
  roots: Roots;
  /** The records that steps before have created: their names with the object of each. */
  created: Record<string, string>;
  /** Where the step stands in the body: `do[0]`. */
  at: string;
  problems: Record<string, string>;
  readonly: boolean;
}

/** Only what people write: what the system works out is nothing to set. */
export function writable(fields: readonly Field[] = []): Field[] {
  return fields.filter((field) => !field.readonly && field.type !== "children");
}
