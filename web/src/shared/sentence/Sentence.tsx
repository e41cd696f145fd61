/** A sentence with blanks: its words and their order come from the language, the blanks from the form. */
import { Fragment, type ReactNode } from "react";
import styles from "./Sentence.module.css";

/** What stands close to the blank before it. */
const CLOSING = /^[\s]*[,;:.?!\uff0c\uff1b\uff1a\u3002\u3001]/;

interface SentenceProps {
  /** A translated text with a blank's name in angle brackets where it stands: `When <when> it gets <points>`. */
  words: string;
  blanks: Record<string, ReactNode>;
}

export function Sentence({ words, blanks }: SentenceProps) {
  return (
    <div className={styles.sentence}>
      {words.split(/<(\w+)>/).map((part, i) =>
        i % 2 === 1 ? (
          <Fragment key={i}>{blanks[part]}</Fragment>
        ) : (
          part.trim() && (
            <span key={i} className={CLOSING.test(part) ? styles.closing : undefined}>
              {part.trim()}
            </span>
          )
        ),
      )}
    </div>
  );
}
