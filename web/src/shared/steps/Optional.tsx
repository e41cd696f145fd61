/** A part of a form that is not always there: a button until it is wanted. */
import { Plus } from "lucide-react";
import { useState, type ReactNode } from "react";
import { RemoveButton } from "@/shared/sentence/RemoveButton";
import { Button } from "@/shared/ui/Button";
import styles from "./Steps.module.css";

interface OptionalProps {
  /** Whether something is said of it, or wrong with it. */
  there: boolean;
  /** What the button says. */
  add: string;
  /** What it begins with; without it it is only shown, until something is said. */
  onAdd?: () => void;
  /** How it goes again, and what it is called then; without it it stays. */
  remove?: { name: string; onClick: () => void };
  readonly: boolean;
  children: ReactNode;
}

export function Optional({ there, add, onAdd, remove, readonly, children }: OptionalProps) {
  const [wanted, setWanted] = useState(false);
  if (there || wanted) {
    if (!remove) return children;
    return (
      <div className={styles.condition}>
        {children}
        {!readonly && <RemoveButton {...remove} />}
      </div>
    );
  }
  if (readonly) return null;
  return (
    <div className={styles.adding}>
      <Button look="ghost" icon={<Plus size={15} />} onClick={onAdd ?? (() => setWanted(true))}>
        {add}
      </Button>
    </div>
  );
}
