/** A condition that is not always there: a button until it is wanted, then a sentence with the expression. */
import { Plus } from "lucide-react";
import { ExpressionField } from "@/shared/expression/ExpressionField";
import { RemoveButton } from "@/shared/sentence/RemoveButton";
import { Sentence } from "@/shared/sentence/Sentence";
import { Button } from "@/shared/ui/Button";
import type { Roots } from "./model";
import styles from "./Steps.module.css";

interface ConditionProps {
  /** A sentence with the blank `<when>`. */
  words: string;
  label: string;
  /** What the button says while there is none. */
  add: string;
  /** Undefined where there is none; an empty one is being written. */
  value: string | undefined;
  onChange: (next: string | undefined) => void;
  object: string;
  roots?: Roots;
  error?: string;
  readonly: boolean;
}

export function Condition(props: ConditionProps) {
  const { words, label, add, value, onChange, object, roots, error, readonly } = props;
  if (value === undefined && readonly) return null;
  if (value === undefined && !error) {
    return (
      <div className={styles.adding}>
        <Button look="ghost" icon={<Plus size={15} />} onClick={() => onChange("")}>
          {add}
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.condition}>
      <Sentence
        words={words}
        blanks={{
          when: (
            <span className={styles.wide}>
              <ExpressionField
                label={label}
                object={object}
                roots={roots}
                expect="bool"
                value={value ?? ""}
                onChange={onChange}
                error={error}
                readonly={readonly}
              />
            </span>
          ),
        }}
      />
      {!readonly && <RemoveButton name={label} onClick={() => onChange(undefined)} />}
    </div>
  );
}
