/** A search by words with its label, beside other fields that narrow a list. */
import { useId } from "react";
import { useSearchInput } from "@/shared/useSearchInput";
import styles from "./TextField.module.css";

interface SearchFieldProps {
  label: string;
  q: string;
  onSearch: (q: string) => void;
}

export function SearchField({ label, q, onSearch }: SearchFieldProps) {
  const id = useId();
  const input = useSearchInput(q, onSearch);
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input id={id} {...input} />
    </div>
  );
}
