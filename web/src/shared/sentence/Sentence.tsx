/** A sentence with blanks: its words and their order come from the language, the blanks from the form. */
import { Fragment, type ReactNode } from "react";
import styles from "./Sentence.module.css";

/** What belongs to the blank before it. */
const CLOSING = /^\s*[,;:.?!%\uff0c\uff1b\uff1a\u3002\u3001]+/;

interface SentenceProps {
  /** A translated text with a blank's name in angle brackets where it stands: `When <when> it gets <points>`. */
  words: string;
  blanks: Record<string, ReactNode>;
}

/** The words and blanks in order, what closes a blank together with it, so that no line begins with a comma. */
function piecesOf(words: string, blanks: Record<string, ReactNode>): ReactNode[] {
  const pieces: ReactNode[] = [];
  words.split(/<(\w+)>/).forEach((part, i) => {
    const text = part.trim();
    if (i % 2 === 1) {
      pieces.push(<Fragment key={i}>{blanks[part]}</Fragment>);
      return;
    }
    const closing = i > 0 ? (CLOSING.exec(part)?.[0].trim() ?? "") : "";
    if (closing) {
      pieces.push(
        <span key={i} className={styles.closed}>
          {pieces.pop()}
          <span className={styles.closing}>{closing}</span>
        </span>,
      );
    }
    const rest = text.slice(closing.length).trim();
    if (rest) pieces.push(<span key={`${i} words`}>{rest}</span>);
  });
  return pieces;
}

export function Sentence({ words, blanks }: SentenceProps) {
  return <div className={styles.sentence}>{piecesOf(words, blanks)}</div>;
}
