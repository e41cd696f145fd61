/** The blank for a span of time as definitions write it: `30m`, `24h`, `-5m`. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Blank, type BlankProps } from "./blanks";
import styles from "./Sentence.module.css";
import { readSpan, SPAN_UNITS, writeSpan, type Span, type SpanUnit } from "./span";

interface DurationBlankProps extends BlankProps<string> {
  /** Whether it is asked before or after something; else only how long. */
  signed?: { before: string; at: string; after: string };
  /** The unit to begin with. */
  unit?: SpanUnit;
}

export function DurationBlank({ signed, unit: first = "m", ...props }: DurationBlankProps) {
  const { t } = useTranslation();
  const { value, onChange, ...rest } = props;
  const span = readSpan(value);
  // Unit and side stay while the number is being written anew.
  const [kept, setKept] = useState<Omit<Span, "amount">>({ unit: first, before: false });
  const { amount, unit, before } = span ?? { amount: null, ...kept };
  const side = amount === 0 ? "at" : before ? "before" : "after";
  const said = span
    ? signed
      ? `${signed[side]} ${amount === 0 ? "" : t(`sentence.said_${unit}`, { count: amount ?? 0 })}`
      : t(`sentence.said_${unit}`, { count: amount ?? 0 })
    : value;
  return (
    <Blank {...rest} said={said}>
      {(native) => (
        <span className={styles.joined}>
          {signed && (
            <select
              aria-label={t("sentence.side", { label: props.label })}
              value={side}
              onChange={({ target }) =>
                onChange(
                  target.value === "at"
                    ? writeSpan(0, unit, false)
                    : writeSpan(amount || 5, unit, target.value === "before"),
                )
              }
            >
              {(["before", "at", "after"] as const).map((one) => (
                <option key={one} value={one}>
                  {signed[one]}
                </option>
              ))}
            </select>
          )}
          {!(signed && side === "at") && (
            <>
              <input
                {...native}
                type="number"
                min={0}
                value={amount ?? ""}
                onChange={({ target }) => {
                  setKept({ unit, before });
                  onChange(
                    target.value === "" ? "" : writeSpan(Number(target.value), unit, before),
                  );
                }}
              />
              <select
                aria-label={t("sentence.unit", { label: props.label })}
                value={unit}
                onChange={({ target }) =>
                  onChange(writeSpan(amount ?? 0, target.value as SpanUnit, before))
                }
              >
                {SPAN_UNITS.map((one) => (
                  <option key={one} value={one}>
                    {t(`sentence.unit_${one}`)}
                  </option>
                ))}
              </select>
            </>
          )}
        </span>
      )}
    </Blank>
  );
}
