/** A condition that is not always there: a button until it is wanted, then a sentence with the expression. */
import { ExpressionField } from "@/shared/expression/ExpressionField";
import { Sentence } from "@/shared/sentence/Sentence";
import type { Roots } from "./model";
import { Optional } from "./Optional";
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
  return (
    <Optional
      there={value !== undefined || (error !== undefined && !readonly)}
      add={add}
      onAdd={() => onChange("")}
      remove={{ name: label, onClick: () => onChange(undefined) }}
      readonly={readonly}
    >
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
    </Optional>
  );
}
