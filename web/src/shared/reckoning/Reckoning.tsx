/** How a due time came about, as a table: each stretch that counted, pauses, and days that did not count. */
import { useTranslation } from "react-i18next";
import { dateFormat, numberFormat } from "@/shared/format/intl";
import { spanOf } from "@/shared/format/times";
import { useFormat } from "@/shared/format/useFormat";
import { cx } from "@/shared/ui/cx";
import { rowsOf, type Reckoned, type Row } from "./model";
import styles from "./Reckoning.module.css";

interface ReckoningProps {
  reckoned: Reckoned;
  dueAt: string;
}

const UNITS = [
  ["days", "day"],
  ["hours", "hour"],
  ["minutes", "minute"],
  ["seconds", "second"],
] as const;

/** A span in words, without what is nought: `1 hr 30 min`. */
function spanText(seconds: number, locale: string): string {
  const span = spanOf(seconds * 1000);
  const parts = UNITS.filter(([name]) => span[name] > 0).map(([name, unit]) =>
    numberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(span[name]),
  );
  return parts.length > 0
    ? parts.join(" ")
    : numberFormat(locale, { style: "unit", unit: "minute", unitDisplay: "short" }).format(0);
}

export function Reckoning({ reckoned, dueAt }: ReckoningProps) {
  const { t } = useTranslation();
  const { locale } = useFormat();
  const zone = reckoned.time_zone;
  const day = dateFormat(locale, {
    timeZone: zone,
    month: "short",
    day: "numeric",
    weekday: "short",
  });
  const plainDay = dateFormat(locale, {
    timeZone: "UTC",
    month: "short",
    day: "numeric",
    weekday: "short",
  });
  const time = dateFormat(locale, {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const dayOf = (moment: string) =>
    dateFormat("en-CA", { timeZone: zone }).format(new Date(moment));
  const span = (seconds: number) => spanText(seconds, locale);
  const untilText = (from: string, to: string) =>
    dayOf(from) === dayOf(to)
      ? time.format(new Date(to))
      : `${day.format(new Date(to))} ${time.format(new Date(to))}`;
  const days = (from: string, to: string) =>
    from === to
      ? plainDay.format(new Date(from))
      : `${plainDay.format(new Date(from))} – ${plainDay.format(new Date(to))}`;
  const total = reckoned.counted.reduce((all, { seconds }) => all + seconds, 0);
  const target = span(reckoned.target ?? total);
  const due = new Date(dueAt);

  const cells = (row: Row) => {
    if (row.kind === "skipped") {
      return (
        <>
          <th scope="row">{days(row.from, row.to)}</th>
          <td>{row.text}</td>
          <td>{t("reckoning.not_counted")}</td>
          <td />
        </>
      );
    }
    const stretch = `${time.format(new Date(row.from))} – ${untilText(row.from, row.to)}`;
    return (
      <>
        <th scope="row">{day.format(new Date(row.from))}</th>
        <td>{row.kind === "paused" ? `${stretch} ${t("reckoning.paused")}` : stretch}</td>
        <td>{row.kind === "paused" ? t("reckoning.not_counted") : span(row.seconds)}</td>
        <td>{row.kind === "counted" && span(row.sum)}</td>
      </>
    );
  };
  return (
    <div className={styles.reckoning}>
      <p className={styles.lead}>
        {reckoned.label
          ? t("reckoning.target_by", { span: target, calendar: reckoned.label, zone })
          : t("reckoning.target_wall", { span: target })}
      </p>
      <table className={styles.table} aria-label={t("reckoning.caption")}>
        <thead>
          <tr>
            <th scope="col">{t("reckoning.day")}</th>
            <th scope="col">{t("reckoning.stretch")}</th>
            <th scope="col">{t("reckoning.counts")}</th>
            <th scope="col">{t("reckoning.sum")}</th>
          </tr>
        </thead>
        <tbody>
          {rowsOf(reckoned, dayOf).map((row) => (
            <tr key={`${row.kind}${row.at}`} className={cx(row.kind !== "counted" && styles.out)}>
              {cells(row)}
            </tr>
          ))}
        </tbody>
      </table>
      {reckoned.assumed_years.map((year) => (
        <p key={year} className={styles.lead}>
          {t("reckoning.assumed", { year: String(year) })}
        </p>
      ))}
      {reckoned.more && <p className={styles.lead}>{t("reckoning.more")}</p>}
      <p className={styles.due}>
        {reckoned.left === null ? (
          <>
            {t("reckoning.due")}{" "}
            <time dateTime={dueAt}>
              {day.format(due)} {time.format(due)}
            </time>
          </>
        ) : (
          t("reckoning.paused_now", { span: span(reckoned.left) })
        )}
      </p>
    </div>
  );
}
