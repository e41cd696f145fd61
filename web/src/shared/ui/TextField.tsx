/** One line of text with its label, a hint and what is wrong with it, outside of the forms that metadata draws. */
import { useId, type ComponentProps } from "react";
import styles from "./TextField.module.css";

interface TextFieldProps extends Omit<ComponentProps<"input">, "onChange" | "value"> {
  label: string;
  value: string;
  error?: string;
  hint?: string;
  onChange: (value: string) => void;
}

export function TextField({ label, error, hint, onChange, ...native }: TextFieldProps) {
  const id = useId();
  const told = error ?? hint;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        {...native}
        id={id}
        aria-invalid={error !== undefined}
        aria-describedby={told && `${id}-told`}
        onChange={(event) => onChange(event.target.value)}
      />
      {told && (
        <p id={`${id}-told`} className={error ? styles.error : styles.hint} role={error && "alert"}>
          {told}
        </p>
      )}
    </div>
  );
}
