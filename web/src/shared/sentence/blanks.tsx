/** The blanks of a sentence: a text, a number, one of several. Who may only read sees what stands there. */
import { useId, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import styles from "./Sentence.module.css";

export interface BlankProps<T> {
  /** What is asked for; the sentence around it shows it, a screen reader says it. */
  label: string;
  value: T;
  onChange: (next: T) => void;
  error?: string;
  readonly?: boolean;
}

interface Native {
  id: string;
  "aria-label": string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
}

/** What every blank has around its input: its name, what is wrong, and the plain text of it for readers. */
export function Blank(props: {
  label: string;
  said: ReactNode;
  error?: string;
  readonly?: boolean;
  children: (native: Native) => ReactNode;
}) {
  const { t } = useTranslation();
  const id = useId();
  const { label, said, error, readonly, children } = props;
  if (readonly)
    return (
      <span className={styles.said}>
        {said === "" ? t("state.none") : (said ?? t("state.none"))}
      </span>
    );
  const told = error && `${id}-error`;
  return (
    <span className={styles.blank}>
      {children({
        id,
        "aria-label": label,
        "aria-invalid": error !== undefined,
        "aria-describedby": told,
      })}
      {error && (
        <span id={told} className={styles.error} role="alert">
          {error}
        </span>
      )}
    </span>
  );
}

export function TextBlank(props: BlankProps<string> & { size?: number; placeholder?: string }) {
  const { value, onChange, size = 12, placeholder, ...rest } = props;
  return (
    <Blank {...rest} said={value}>
      {(native) => (
        <input
          {...native}
          size={size}
          placeholder={placeholder}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Blank>
  );
}

/** What was meant by `9:00`, `900` or a Chinese colon; what is no time stays as it is. */
function tidyTime(text: string): string {
  const found = /^\s*(\d{1,2})\s*[:\uff1a]?\s*(\d{2})\s*$/.exec(text);
  return found ? `${(found[1] ?? "").padStart(2, "0")}:${found[2]}` : text;
}

/** A time of day by 24 hours, `09:00`, in every browser's language; `24:00` is the end of the day. */
export function TimeBlank(props: BlankProps<string>) {
  const { value, onChange, ...rest } = props;
  return (
    <Blank {...rest} said={value}>
      {(native) => (
        <input
          {...native}
          inputMode="numeric"
          className={styles.time}
          placeholder="09:00"
          value={value}
          onChange={(event) => onChange(event.target.value)}
          onBlur={() => tidyTime(value) !== value && onChange(tidyTime(value))}
        />
      )}
    </Blank>
  );
}

/** A number, or null while nothing stands there. */
export function NumberBlank(
  props: BlankProps<number | null> & {
    min?: number;
    max?: number;
    /** What holds while nothing stands there. */
    usual?: number;
  },
) {
  const { value, onChange, min, max, usual, ...rest } = props;
  return (
    <Blank {...rest} said={value ?? usual}>
      {(native) => (
        <input
          {...native}
          type="number"
          step="any"
          placeholder={usual === undefined ? undefined : String(usual)}
          min={min}
          max={max}
          value={value ?? ""}
          onChange={(event) =>
            onChange(event.target.value === "" ? null : Number(event.target.value))
          }
        />
      )}
    </Blank>
  );
}

export interface Choice {
  key: string;
  label: string;
}

/** One of several; `empty` is what choosing none of them is called, where that may be. */
export function ChoiceBlank(props: BlankProps<string> & { options: Choice[]; empty?: string }) {
  const { value, onChange, options, empty, ...rest } = props;
  const known = options.some((one) => one.key === value);
  return (
    <Blank {...rest} said={options.find((one) => one.key === value)?.label ?? value}>
      {(native) => (
        <select {...native} value={value} onChange={(event) => onChange(event.target.value)}>
          {(empty !== undefined || value === "") && <option value="">{empty}</option>}
          {!known && value !== "" && <option value={value}>{value}</option>}
          {options.map((one) => (
            <option key={one.key} value={one.key}>
              {one.label}
            </option>
          ))}
        </select>
      )}
    </Blank>
  );
}
