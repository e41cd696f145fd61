/** What every input of a field is given, and what it says of itself to assistive technology. */
import type { Field, Value } from "@/shared/api/types";

export interface InputProps {
  field: Field;
  id: string;
  value: Value;
  onChange: (value: Value) => void;
  invalid: boolean;
  describedBy?: string;
}

/** Of an input of several parts: together they bear the field's label. */
export function group({ id, describedBy }: InputProps) {
  return {
    id,
    role: "group",
    "aria-labelledby": `${id}-label`,
    "aria-describedby": describedBy,
  } as const;
}
