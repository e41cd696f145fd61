/** A definition's body as text; what can't be read is told with its line, and stays as it was typed. */
import { useEffect, useEffectEvent, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { DefinitionBody } from "@/shared/definition/form";
import styles from "./Definitions.module.css";
import { lineOf, read, textOf } from "./text";

/** A text as it was typed, and the body that it says; null where it can't be read. */
export interface Typed {
  text: string;
  body: DefinitionBody | null;
}

interface TextTabProps {
  body: DefinitionBody;
  typed: Typed | null;
  problems: Record<string, string>;
  readonly: boolean;
  /** A place to show; each new object shows it once more. */
  goTo?: { place: string };
  onType: (typed: Typed) => void;
}

export function TextTab({ body, typed, problems, readonly, goTo, onType }: TextTabProps) {
  const { t } = useTranslation();
  const area = useRef<HTMLTextAreaElement>(null);
  // A body that comes from elsewhere is written anew; else the typist's own spacing stays.
  const isTyped = typed !== null && (typed.body === null || typed.body === body);
  const shown = isTyped ? typed.text : textOf(body);
  const told = useMemo(() => {
    const found = read(shown);
    if ("line" in found) {
      return [{ line: found.line, message: found.message || t("setup.text.no_map") }];
    }
    return Object.entries(problems)
      .map(([place, message]) => ({ line: lineOf(shown, place), message }))
      .sort((one, other) => one.line - other.line);
  }, [shown, problems, t]);
  const onChange = (text: string) => {
    const found = read(text);
    onType({ text, body: "line" in found ? null : found.body });
  };
  const showLine = (line: number) => {
    const lines = shown.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    area.current?.focus();
    area.current?.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  };
  const showPlace = useEffectEvent((place: string) => showLine(lineOf(shown, place)));
  useEffect(() => {
    if (goTo) showPlace(goTo.place);
  }, [goTo]);
  return (
    <div className={styles.text}>
      {told.length > 0 && (
        <ul className={styles.problems} role="alert">
          {told.map(({ line, message }) => (
            <li key={`${line} ${message}`}>
              <button type="button" onClick={() => showLine(line)}>
                {t("setup.text.line", { line })}
              </button>
              {message}
            </li>
          ))}
        </ul>
      )}
      <textarea
        ref={area}
        aria-label={t("setup.tab.text")}
        aria-invalid={told.length > 0}
        value={shown}
        readOnly={readonly}
        spellCheck={false}
        autoCapitalize="off"
        rows={Math.max(12, shown.split("\n").length + 1)}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
