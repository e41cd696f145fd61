/** One's own settings: a page with a title, and parts that say at the left what is set at the right. */
import { useId, type ReactNode } from "react";
import styles from "./Settings.module.css";
import { useTitle } from "./title";

export function SettingsPage({ title, children }: { title: string; children: ReactNode }) {
  useTitle(title);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{title}</h1>
      </header>
      {children}
    </div>
  );
}

/** What stands over the parts and must not be missed. */
export function SettingsNote({ children, alert }: { children: ReactNode; alert?: boolean }) {
  return (
    <p className={styles.note} role={alert ? "alert" : undefined}>
      {children}
    </p>
  );
}

interface PartProps {
  title: ReactNode;
  hint: string;
  children: ReactNode;
}

export function SettingsPart({ title, hint, children }: PartProps) {
  const id = useId();
  return (
    <section className={styles.part} aria-labelledby={id}>
      <div>
        <h2 id={id}>{title}</h2>
        <p>{hint}</p>
      </div>
      {children}
    </section>
  );
}
