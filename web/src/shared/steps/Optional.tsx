/** A part of a form that is not always there: a button until it is wanted. */
import { Plus } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Button } from "@/shared/ui/Button";
import styles from "./Steps.module.css";

interface OptionalProps {
  /** Whether something is said of it, or wrong with it. */
  there: boolean;
  /** What the button says. */
  add: string;
  readonly: boolean;
  children: ReactNode;
}

export function Optional({ there, add, readonly, children }: OptionalProps) {
  const [wanted, setWanted] = useState(false);
  if (there || wanted) return children;
  if (readonly) return null;
  return (
    <div className={styles.adding}>
      <Button look="ghost" icon={<Plus size={15} />} onClick={() => setWanted(true)}>
        {add}
      </Button>
    </div>
  );
}
