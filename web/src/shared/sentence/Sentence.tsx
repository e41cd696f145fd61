/** A sentence with blanks: its words and their order come from the language, the blanks from the form. */
import { Fragment, type ReactNode } from "react";
import styles from "./Sentence.module.css";

interface SentenceProps {
  /** A translated text with a blank's name in angle brackets where it stands: `When <when> it gets <points>`. */
  words: string;
  blanks: Record<string, ReactNode>;
}

export function Sentence({ words, blanks }: SentenceProps) {
  return (
    <div className={styles.sentence}>
      {words
        .split(/<(\w+)>/)
        .map((part, i) =>
          i % 2 === 1 ? (
            <Fragment key={i}>{blanks[part]}</Fragment>
          ) : (
            part.trim() && <span key={i}>{part.trim()}</span>
          ),
        )}
    </div>
  );
}
