/** A page with its title, what it is for and its buttons, below which it scrolls. */
import type { ReactNode } from "react";
import { useTitle } from "./title";
import styles from "./Page.module.css";

interface PageProps {
  title: string;
  /** How many there are, or a sentence on what the page is for. */
  note?: ReactNode;
  actions?: ReactNode;
  /** What stays above the content, such as filters. */
  bar?: ReactNode;
  children: ReactNode;
}

export function Page({ title, note, actions, bar, children }: PageProps) {
  useTitle(title);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{title}</h1>
        {note && <p>{note}</p>}
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {bar && <div className={styles.bar}>{bar}</div>}
      {children}
    </div>
  );
}
