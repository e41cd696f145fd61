/** One expression of the company's language, with what is wrong at its place. */
import { useId } from "react";
import styles from "./ExpressionField.module.css";

export type ExpressionType =
  "bool" | "number" | "text" | "date" | "datetime" | "duration" | "id" | "place";

export interface ExpressionFieldProps {
  label: string;
  /** The object over whose fields it speaks. */
  object: string;
  /**
   * Further records by name with their objects, such as `{ before: "lead" }`; `candidate` is a person. What is no record
   * is told by the types of its names: `{ clock: { due_at: "datetime" } }`.
   */
  roots?: Record<string, string | Record<string, string>>;
  /** Which type must come out. */
  expect?: ExpressionType;
  value: string;
  onChange: (next: string) => void;
  /** What the server said is wrong when it was saved. */
  error?: string;
  readonly?: boolean;
  placeholder?: string;
}

export function ExpressionField(props: ExpressionFieldProps) {
  const { label, value, onChange, error, readonly, placeholder } = props;
  const id = useId();
  return (
    <span className={styles.field}>
      <textarea
        id={id}
        aria-label={label}
        aria-invalid={error !== undefined}
        aria-describedby={error && `${id}-error`}
        rows={1}
        value={value}
        readOnly={readonly}
        placeholder={placeholder}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
      {error && (
        <span id={`${id}-error`} className={styles.error} role="alert">
          {error}
        </span>
      )}
    </span>
  );
}
