/** A figure of a column: one value, or one for each currency, since amounts in different ones don't add up. */
import type { Field } from "@/shared/api/types";
import { FieldValue } from "@/shared/ui/FieldValue";
import styles from "./Amounts.module.css";
import type { Amount } from "./figures";

export function Amounts({ field, amounts }: { field: Field; amounts: readonly Amount[] }) {
  const { currency } = field;
  // A sum has no bounds, which would make a meter of it.
  const unbound = { ...field, min: null, max: null };
  if (amounts.length === 0) return <FieldValue field={unbound} value={null} />;
  return (
    <span className={styles.amounts}>
      {amounts.map((amount) => (
        <FieldValue
          key={amount.currency ?? ""}
          field={unbound}
          value={amount.value}
          record={currency ? { [currency]: amount.currency ?? null } : undefined}
        />
      ))}
    </span>
  );
}
