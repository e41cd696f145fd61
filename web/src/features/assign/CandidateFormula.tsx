/** An expression over the record and the person who may get it, below the sentence that it belongs to. */
import type { ComponentProps } from "react";
import { ExpressionField } from "@/shared/expression/ExpressionField";
import styles from "./Assignment.module.css";

const CANDIDATE = { candidate: "candidate" };

export function CandidateFormula(props: Omit<ComponentProps<typeof ExpressionField>, "roots">) {
  return (
    <div className={styles.below}>
      <ExpressionField {...props} roots={CANDIDATE} />
    </div>
  );
}
