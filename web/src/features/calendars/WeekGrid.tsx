/** The hours of each day of the week, as bars over a day of 24 hours and as times to write. */
import { useTranslation } from "react-i18next";
import styles from "./Calendar.module.css";
import { Stretches } from "./Stretches";
import { DAYS, endsOf, minutesOf, type Day, type Week } from "./week";

interface WeekGridProps {
  week: Week;
  onChange: (next: Week) => void;
  /** What is wrong, by day; under `""` with the week as a whole. */
  errors: Partial<Record<Day | "", string>>;
  readonly: boolean;
}

const WHOLE = 24 * 60;
const MARKS = [6, 12, 18];

function Bars({ stretches }: { stretches: string[] }) {
  return (
    <span className={styles.track} aria-hidden>
      {MARKS.map((hour) => (
        <i key={hour} style={{ left: `${(hour / 24) * 100}%` }} />
      ))}
      {stretches.map((one, at) => {
        const [from, to] = endsOf(one).map(minutesOf) as [number, number];
        // What goes over midnight ends with the day here.
        const end = to > from ? to : WHOLE;
        return (
          <b
            key={at}
            style={{ left: `${(from / WHOLE) * 100}%`, width: `${((end - from) / WHOLE) * 100}%` }}
          />
        );
      })}
    </span>
  );
}

export function WeekGrid({ week, onChange, errors, readonly }: WeekGridProps) {
  const { t } = useTranslation();
  const usual = DAYS.map((day) => week[day]).find((one) => one.length > 0) ?? ["09:00-18:00"];
  return (
    <div className={styles.week}>
      {DAYS.map((day) => {
        const name = t(`calendarform.day_${day}`);
        const stretches = week[day];
        return (
          <div key={day} className={styles.weekday}>
            <label className={styles.name}>
              <input
                type="checkbox"
                aria-label={t("calendarform.worked", { day: name })}
                checked={stretches.length > 0}
                disabled={readonly}
                onChange={(event) =>
                  onChange({ ...week, [day]: event.target.checked ? usual : [] })
                }
              />
              {name}
            </label>
            <Bars stretches={stretches} />
            {stretches.length > 0 ? (
              <Stretches
                day={name}
                value={stretches}
                onChange={(next) => onChange({ ...week, [day]: next })}
                readonly={readonly}
              />
            ) : (
              <span className={styles.soft}>{t("calendarform.off")}</span>
            )}
            {errors[day] && (
              <p className={styles.error} role="alert">
                {errors[day]}
              </p>
            )}
          </div>
        );
      })}
      {errors[""] && (
        <p className={styles.error} role="alert">
          {errors[""]}
        </p>
      )}
    </div>
  );
}
