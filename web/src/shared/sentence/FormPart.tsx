/** A part of a definition's form: a heading, what it is about, and its sentences. */
import { useId, type ReactNode } from "react";
import styles from "./FormPart.module.css";

interface FormPartProps {
  title: string;
  hint?: string;
  children: ReactNode;
}

export function FormPart({ title, hint, children }: FormPartProps) {
  const id = useId();
  return (
    <section className={styles.part} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {hint && <p className={styles.hint}>{hint}</p>}
      {children}
    </section>
  );
}
