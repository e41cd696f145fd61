/** One of several with its label, a hint and what is wrong with it; the native control, which phones know best. */
import { useId } from "react";
import styles from "./TextField.module.css";

interface SelectFieldProps {
  label: string;
  value: string;
  options: readonly { key: string; label: string }[];
  /** What choosing none of them is called, where that may be. */
  empty?: string;
  error?: string;
  hint?: string;
  disabled?: boolean;
  onChange: (value: string) => void;
}

export function SelectField(props: SelectFieldProps) {
  const { label, value, options, empty, error, hint, disabled, onChange } = props;
  const id = useId();
  const told = error ?? hint;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        aria-invalid={error !== undefined}
        aria-describedby={told && `${id}-told`}
        onChange={(event) => onChange(event.target.value)}
      >
        {empty !== undefined && <option value="">{empty}</option>}
        {options.map((one) => (
          <option key={one.key} value={one.key}>
            {one.label}
          </option>
        ))}
      </select>
      {told && (
        <p id={`${id}-told`} className={error ? styles.error : styles.hint} role={error && "alert"}>
          {told}
        </p>
      )}
    </div>
  );
}
