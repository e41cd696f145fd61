/** A text for another place, such as a secret, an address or a line of code, with the button that copies it. */
import { CopyButton } from "./CopyButton";
import styles from "./CopyText.module.css";

interface CopyTextProps {
  label: string;
  text: string;
  hint?: string;
}

export function CopyText({ label, text, hint }: CopyTextProps) {
  return (
    <div className={styles.field}>
      <span className={styles.label}>{label}</span>
      <div className={styles.row}>
        {/* Long lines scroll, which has to work from the keyboard too. */}
        <pre tabIndex={0} aria-label={label}>
          {text}
        </pre>
        <CopyButton text={text} />
      </div>
      {hint && <p className={styles.hint}>{hint}</p>}
    </div>
  );
}
