/** What every input of a field is given, and what it says of itself to assistive technology. */
import type { Field, Value } from "@/shared/api/types";
import styles from "./Form.module.css";

export interface InputProps {
  field: Field;
  id: string;
  value: Value;
  /** Of an amount, unless it is the company's. */
  currency?: string;
  onChange: (value: Value) => void;
  invalid: boolean;
  describedBy?: string;
  /** What stands in an empty field that has no frame to show that it is one. */
  placeholder?: string;
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

/** What every native input of a field has. */
export function common({ id, field, invalid, describedBy, placeholder }: InputProps) {
  return {
    id,
    className: styles.input,
    placeholder,
    "aria-invalid": invalid,
    "aria-describedby": describedBy,
    "aria-required": field.required,
  };
}

/** The value as a text input shows it. */
export function textOf(value: Value): string {
  return value === null || value === undefined || typeof value === "object" ? "" : String(value);
}
