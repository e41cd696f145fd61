/** When somebody is on duty: the switch, the calendar, and leave with its dates. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CalendarOff, X } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/shared/format/useFormat";
import { Button } from "@/shared/ui/Button";
import { SelectField } from "@/shared/ui/SelectField";
import { ErrorState, Skeleton } from "@/shared/ui/States";
import { Switch } from "@/shared/ui/Switch";
import { TextField } from "@/shared/ui/TextField";
import { useAsked, type Asked } from "@/shared/useAsked";
import { dutyQuery, setDuty, type Change, type Duty, type Leave } from "./api";
import { DutyTag } from "./DutyTag";
import { leaveText } from "./leave";
import styles from "./People.module.css";

interface DutyPanelProps {
  person: string;
  /** The calendar is set by those above, not by oneself. */
  withCalendar?: boolean;
}

const EMPTY = { from: "", until: "", note: "" };

interface LeaveProps {
  leave: readonly Leave[];
  busy: boolean;
  errors: Asked;
  onChange: (leave: object[]) => Promise<boolean>;
}

function LeaveList({ leave, busy, errors, onChange }: LeaveProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [typed, setTyped] = useState(EMPTY);
  const type = (part: Partial<typeof EMPTY>) => setTyped((now) => ({ ...now, ...part }));
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const one = { ...typed, until: typed.until || typed.from, note: typed.note.trim() || null };
    if (await onChange([...leave, one])) setTyped(EMPTY);
  };
  // What is wrong with the one that is being added stands behind those that are there.
  const wrong = (name: string) => errors[`leave[${leave.length}].${name}`];
  return (
    <section>
      <h3>{t("people.leave")}</h3>
      <p className={styles.mute}>{t("people.leave_hint")}</p>
      {leave.length > 0 && (
        <ul className={styles.list} aria-label={t("people.leave")}>
          {leave.map((one) => (
            <li key={one.from + one.until}>
              <CalendarOff size={15} aria-hidden />
              <span>{leaveText(one, format)}</span>
              <span className={styles.mute}>{one.note}</span>
              <Button
                look="ghost"
                icon={<X size={15} />}
                aria-label={t("people.leave_off", { when: leaveText(one, format) })}
                disabled={busy}
                onClick={() => void onChange(leave.filter((other) => other !== one))}
              />
            </li>
          ))}
        </ul>
      )}
      <form className={styles.leaveForm} onSubmit={(event) => void add(event)}>
        <TextField
          type="date"
          label={t("people.leave_from")}
          required
          value={typed.from}
          error={wrong("from")}
          onChange={(from) => type({ from })}
        />
        <TextField
          type="date"
          label={t("people.leave_until")}
          min={typed.from}
          value={typed.until}
          error={wrong("until")}
          onChange={(until) => type({ until })}
        />
        <TextField
          label={t("people.leave_note")}
          maxLength={200}
          value={typed.note}
          error={wrong("note")}
          onChange={(note) => type({ note })}
        />
        <Button type="submit" busy={busy}>
          {t("people.leave_add")}
        </Button>
      </form>
    </section>
  );
}

export function DutyPanel({ person, withCalendar = false }: DutyPanelProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const duty = useQuery(dutyQuery(person));
  const { ask, busy, errors } = useAsked("form");
  if (duty.isPending) return <Skeleton lines={6} />;
  if (duty.isError) {
    return <ErrorState error={duty.error} onRetry={() => void duty.refetch()} />;
  }
  const { on_duty, calendar, calendars, leave, now }: Duty = duty.data;
  const change = async (body: Change) => {
    const next = await ask(() => setDuty(person, body));
    if (!next) return false;
    client.setQueryData(dutyQuery(person).queryKey, next);
    void client.invalidateQueries({ queryKey: ["people", "pages"] });
    void client.invalidateQueries({ queryKey: ["people", "one", person] });
    void client.invalidateQueries({ queryKey: ["people", "team"] });
    return true;
  };
  return (
    <div className={styles.parts}>
      <section>
        <h3>
          {t("people.duty")}
          <DutyTag away={now.reason} />
        </h3>
        <p className={styles.mute}>{t("people.duty_hint")}</p>
        <Switch
          label={t("people.duty_switch")}
          on={on_duty}
          disabled={busy || now.code === "inactive"}
          onChange={(on) => void change({ on_duty: on })}
        />
        {withCalendar && (
          <div className={styles.narrow}>
            <SelectField
              label={t("people.calendar")}
              value={calendar ?? ""}
              empty={t("people.calendar_none")}
              options={calendars}
              disabled={busy}
              error={errors.calendar}
              onChange={(key) => void change({ calendar: key || null })}
            />
          </div>
        )}
        {[errors.form, errors.on_duty, errors.leave].map(
          (text) =>
            text && (
              <p key={text} className={styles.error} role="alert">
                {text}
              </p>
            ),
        )}
      </section>
      <LeaveList
        leave={leave}
        busy={busy}
        errors={errors}
        onChange={(next) => change({ leave: next })}
      />
    </div>
  );
}
