/** One expression of the company's language: completion, what is wrong at its place, and what it says in words. */
import { Suspense, useId, useState } from "react";
import { lazyPart } from "@/shared/lazyPart";
import type { Roots } from "./api";
import styles from "./ExpressionField.module.css";
import { words } from "./words";

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
  roots?: Roots;
  /** Which type must come out. */
  expect?: ExpressionType;
  value: string;
  onChange: (next: string) => void;
  /** What the server said is wrong when it was saved. */
  error?: string;
  readonly?: boolean;
  placeholder?: string;
}

const Written = lazyPart(() => import("./Written"), "Written", words);

/** What stands there while the editor is on its way: the same text can be written in it. */
function PlainField({
  label,
  value,
  onChange,
  error,
  readonly,
  placeholder,
  onFocused,
}: ExpressionFieldProps & { onFocused: (focused: boolean) => void }) {
  const id = useId();
  return (
    <span className={styles.field}>
      <textarea
        aria-label={label}
        aria-invalid={error !== undefined}
        aria-describedby={error && `${id}-error`}
        rows={1}
        value={value}
        readOnly={readonly}
        placeholder={placeholder}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onFocus={() => onFocused(true)}
        onBlur={() => onFocused(false)}
      />
      {error && (
        <span id={`${id}-error`} className={styles.error} role="alert">
          {error}
        </span>
      )}
    </span>
  );
}

export function ExpressionField(props: ExpressionFieldProps) {
  // Who has begun to write goes on when the editor takes the place.
  const [focused, setFocused] = useState(false);
  return (
    <Suspense fallback={<PlainField {...props} onFocused={setFocused} />}>
      <Written {...props} focused={focused} />
    </Suspense>
  );
}
