/** The usual moments to call again, one tap each. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/shared/format/useFormat";
import { serverNow } from "@/shared/tick";
import styles from "./Form.module.css";
import type { InputProps } from "./input";
import { usualMoments } from "./wallClock";

/** What a moment so many days ahead is called. */
export function useMomentLabel(): (days: number) => string {
  const { t } = useTranslation();
  return (days) => {
    if (days === 0) return t("form.in_an_hour");
    return days === 1 ? t("form.tomorrow") : t("form.in_days", { count: days });
  };
}

export function Moments({ value, onChange }: Pick<InputProps, "value" | "onChange">) {
  const { t } = useTranslation();
  const labelOf = useMomentLabel();
  const { zone } = useFormat();
  // As of when the form was opened: a chip that is chosen stays what was chosen.
  const [moments] = useState(() => usualMoments(serverNow(), zone));
  return (
    <div className={styles.moments} role="group" aria-label={t("form.usual_moments")}>
      {moments.map(({ days, instant }) => (
        <button
          key={days}
          type="button"
          className={styles.moment}
          aria-pressed={value === instant}
          onClick={() => onChange(value === instant ? null : instant)}
        >
          {labelOf(days)}
        </button>
      ))}
    </div>
  );
}
