/** A month as the server plans it: worked or not and why, and the company's own days to choose. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import type { DefinitionBody } from "@/shared/definition/form";
import { dateFormat } from "@/shared/format/intl";
import { useFormat } from "@/shared/format/useFormat";
import { wallClockOf } from "@/shared/form/wallClock";
import { serverNow } from "@/shared/tick";
import { Button } from "@/shared/ui/Button";
import { cx } from "@/shared/ui/cx";
import menu from "@/shared/ui/menu.module.css";
import { Popover } from "@/shared/ui/Popover";
import styles from "./Calendar.module.css";
import { Stretches } from "./Stretches";
import { DAYS, monthAfter, monthOf, ownDays, ownOf, setOwn, type Own, type OwnKind } from "./week";

interface DayPlan {
  date: string;
  hours: string[];
  why: "" | "weekend" | "public_holiday" | "own_holiday" | "make_up" | "own_workday";
  text: string;
  assumed: boolean;
}

interface MonthGridProps {
  body: DefinitionBody;
  onChange: (next: DefinitionBody) => void;
  readonly: boolean;
}

const KINDS: OwnKind[] = ["holiday", "workday", "hours"];

function usePlans(body: DefinitionBody, dates: string[]) {
  return useQuery({
    queryKey: ["calendars", "days", body, dates[0]],
    queryFn: ({ signal }) =>
      api<{ items: DayPlan[] }>("/calendars/days", {
        method: "POST",
        body: { body, from: dates[0], until: dates.at(-1) },
        signal,
      }),
    // While the body is being written and isn't right, the month stays as it was.
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export function MonthGrid({ body, onChange, readonly }: MonthGridProps) {
  const { t } = useTranslation();
  const { locale, zone } = useFormat();
  const today = wallClockOf(serverNow(), zone).slice(0, 10);
  const [month, setMonth] = useState(today.slice(0, 7));
  const { dates, before } = monthOf(month);
  const plans = new Map(usePlans(body, dates).data?.items.map((one) => [one.date, one]));
  const title = dateFormat(locale, { timeZone: "UTC", year: "numeric", month: "long" });
  const assumed = dates.some((date) => plans.get(date)?.assumed);
  const choose = (date: string, own: Own | null) => onChange(setOwn(body, date, own));
  return (
    <div className={styles.month}>
      <div className={styles.monthHead}>
        <strong aria-live="polite">{title.format(new Date(`${month}-01T00:00:00Z`))}</strong>
        <Button
          look="ghost"
          icon={<ChevronLeft size={16} />}
          aria-label={t("calendarform.previous")}
          onClick={() => setMonth(monthAfter(month, -1))}
        />
        <Button
          look="ghost"
          icon={<ChevronRight size={16} />}
          aria-label={t("calendarform.next")}
          onClick={() => setMonth(monthAfter(month, 1))}
        />
        <Button look="ghost" onClick={() => setMonth(today.slice(0, 7))}>
          {t("calendarform.today")}
        </Button>
      </div>
      <div className={styles.days}>
        {DAYS.map((day) => (
          <span key={day} className={styles.dayName}>
            {t(`calendarform.short_${day}`)}
          </span>
        ))}
        {Array.from({ length: before }, (_, at) => (
          <span key={at} aria-hidden />
        ))}
        {dates.map((date) => (
          <DayCell
            key={date}
            date={date}
            plan={plans.get(date)}
            own={ownOf(body, date)}
            today={date === today}
            onChoose={(own) => choose(date, own)}
            readonly={readonly}
          />
        ))}
      </div>
      {assumed && <p className={styles.soft}>{t("calendarform.assumed")}</p>}
      <OwnDays body={body} onForget={(date) => choose(date, null)} readonly={readonly} />
    </div>
  );
}

interface CellProps {
  date: string;
  plan: DayPlan | undefined;
  own: Own | null;
  today: boolean;
  onChoose: (own: Own | null) => void;
  readonly: boolean;
}

function lookOf(plan: DayPlan | undefined, own: Own | null): string | undefined {
  if (own) return styles.own;
  if (plan?.why === "public_holiday") return styles.holiday;
  if (plan?.why === "make_up") return styles.makeUp;
  return plan && plan.hours.length === 0 ? styles.off : undefined;
}

function DayCell({ date, plan, own, today, onChoose, readonly }: CellProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const day = format.date(date);
  const worked = plan && plan.hours.length > 0;
  const why = plan?.text || t(worked ? "calendarform.legend_worked" : "calendarform.legend_off");
  const state = worked
    ? `${why} ${t("calendarform.hours_are", { hours: plan.hours.join(" ") })}`
    : why;
  const look = cx(styles.day, lookOf(plan, own), today && styles.today);
  const inner = (
    <>
      <span>{Number(date.slice(8))}</span>
      <small>{own?.kind === "hours" ? own.hours[0] : (plan?.text ?? "")}</small>
    </>
  );
  const name = plan ? t("calendarform.day_is", { day, state }) : day;
  if (readonly) {
    return (
      <span className={look} title={name}>
        {inner}
      </span>
    );
  }
  const pick = (kind: OwnKind | null) =>
    onChoose(
      kind && {
        kind,
        hours: kind === "hours" ? (plan?.hours.length ? plan.hours : ["09:00-12:00"]) : [],
      },
    );
  return (
    <Popover
      label={t("calendarform.change_day", { day })}
      button={(anchor) => (
        <button type="button" className={look} title={name} {...anchor}>
          {inner}
        </button>
      )}
    >
      {() => (
        <>
          {[null, ...KINDS].map((kind) => (
            <label key={kind ?? ""} className={menu.item}>
              <input
                type="radio"
                name={`own-${date}`}
                checked={(own?.kind ?? null) === kind}
                onChange={() => pick(kind)}
              />
              <span className={menu.grow}>
                {t(kind ? `calendarform.own_${kind}` : "calendarform.as_usual")}
              </span>
            </label>
          ))}
          {own?.kind === "hours" && (
            <div className={styles.ownHours}>
              <Stretches
                day={day}
                value={own.hours}
                onChange={(hours) => onChoose({ kind: "hours", hours })}
                readonly={false}
              />
            </div>
          )}
        </>
      )}
    </Popover>
  );
}

interface OwnDaysProps {
  body: DefinitionBody;
  onForget: (date: string) => void;
  readonly: boolean;
}

/** The company's own days of all months, so that none is forgotten in one that isn't shown. */
function OwnDays({ body, onForget, readonly }: OwnDaysProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const days = ownDays(body);
  return (
    <section aria-label={t("calendarform.own_days")}>
      <h3 className={styles.title}>{t("calendarform.own_days")}</h3>
      {days.length === 0 && !readonly && (
        <p className={styles.soft}>{t("calendarform.own_none")}</p>
      )}
      <ul className={styles.ownDays}>
        {days.map(([date, own]) => (
          <li key={date}>
            {format.date(date)}{" "}
            {own.kind === "hours"
              ? t("calendarform.hours_are", { hours: own.hours.join(" ") })
              : t(`calendarform.own_${own.kind}`)}
            {!readonly && (
              <Button
                look="ghost"
                icon={<X size={14} />}
                aria-label={t("calendarform.forget", { day: format.date(date) })}
                onClick={() => onForget(date)}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
