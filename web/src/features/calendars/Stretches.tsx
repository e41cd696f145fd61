/** The working stretches of a day: from when to when, and another. */
import { Plus, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { TimeBlank } from "@/shared/sentence/blanks";
import { Button } from "@/shared/ui/Button";
import styles from "./Calendar.module.css";
import { endsOf, minutesOf } from "./week";

interface StretchesProps {
  /** Whose hours they are: the day's name. */
  day: string;
  value: string[];
  onChange: (next: string[]) => void;
  readonly: boolean;
}

/** A stretch after those there are. */
function another(value: readonly string[]): string {
  const [, last = "09:00"] = endsOf(value.at(-1) ?? "");
  const begin = Math.min(minutesOf(last || "08:00") + 60, 22 * 60);
  const text = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  return `${text(begin)}-${text(Math.min(begin + 120, 23 * 60 + 59))}`;
}

export function Stretches({ day, value, onChange, readonly }: StretchesProps) {
  const { t } = useTranslation();
  if (readonly) return <span>{value.join(" · ")}</span>;
  return (
    <span className={styles.stretches}>
      {value.map((one, at) => {
        const [from, to] = endsOf(one);
        const set = (next: string) => onChange(value.map((old, i) => (i === at ? next : old)));
        const names = { day, number: at + 1 };
        return (
          <span key={at} className={styles.stretch}>
            <TimeBlank
              label={t("calendarform.from", names)}
              value={from}
              onChange={(next) => set(`${next}-${to}`)}
            />
            <span aria-hidden>–</span>
            <TimeBlank
              label={t("calendarform.to", names)}
              value={to}
              onChange={(next) => set(`${from}-${next}`)}
            />
            {value.length > 1 && (
              <Button
                look="ghost"
                icon={<X size={14} />}
                aria-label={t("calendarform.remove_stretch", names)}
                onClick={() => onChange(value.filter((_, i) => i !== at))}
              />
            )}
          </span>
        );
      })}
      <Button
        look="ghost"
        icon={<Plus size={15} />}
        aria-label={t("calendarform.add_stretch", { day })}
        onClick={() => onChange([...value, another(value)])}
      />
    </span>
  );
}
