/** A text in both languages; Chinese is needed, what has no English is shown in Chinese. */
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Label } from "@/shared/definition/form";
import styles from "./LabelBlank.module.css";

const LANGUAGES = [
  { key: "zh-CN", tag: "sentence.in_chinese", label: "sentence.label_chinese" },
  { key: "en-US", tag: "sentence.in_english", label: "sentence.label_english" },
] as const;

interface LabelBlankProps {
  label: string;
  value: Label;
  onChange: (next: Label) => void;
  error?: string;
  readonly: boolean;
  /** For texts of several lines. */
  long?: boolean;
}

export function LabelBlank({ label, value, onChange, error, readonly, long }: LabelBlankProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <span className={styles.label}>
      {LANGUAGES.map((language) => {
        const text = value[language.key] ?? "";
        if (readonly && !text) return null;
        const shared = {
          "aria-label": t(language.label, { label }),
          "aria-invalid": error !== undefined && language.key === "zh-CN",
          "aria-describedby": error && `${id}-error`,
          lang: language.key,
          value: text,
        };
        const set = (next: string) => {
          const others = Object.entries(value).filter(([key]) => key !== language.key);
          onChange(next === "" ? Object.fromEntries(others) : { ...value, [language.key]: next });
        };
        return (
          <span key={language.key} className={styles.line}>
            <span className={styles.tag} aria-hidden>
              {t(language.tag)}
            </span>
            {readonly ? (
              <span className={styles.said} lang={language.key}>
                {text}
              </span>
            ) : long ? (
              <textarea {...shared} rows={2} onChange={(event) => set(event.target.value)} />
            ) : (
              <input {...shared} onChange={(event) => set(event.target.value)} />
            )}
          </span>
        );
      })}
      {error && (
        <span id={`${id}-error`} className={styles.error} role="alert">
          {error}
        </span>
      )}
    </span>
  );
}
