/** A calendar: its week, the holidays it follows, the company's own days, and what would be due by it. */
import { useTranslation } from "react-i18next";
import { put, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { DueTrial } from "@/shared/reckoning/DueTrial";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { Sentence } from "@/shared/sentence/Sentence";
import styles from "./Calendar.module.css";
import { MonthGrid } from "./MonthGrid";
import { Stretches } from "./Stretches";
import { DAYS, readWeek, stretchesOf, writeWeek } from "./week";
import { WeekGrid } from "./WeekGrid";

export function CalendarForm(props: DefinitionFormProps) {
  const { body, onChange, problems, readonly } = props;
  const { t } = useTranslation();
  const week = readWeek(body);
  const ofDays = DAYS.map((day) => [day, problems[`hours.${day}`]]);
  const whole = problems.hours ?? problems.weekend;
  return (
    <>
      <Basics {...props} />
      <FormPart title={t("calendarform.week")} hint={t("calendarform.week_hint")}>
        <WeekGrid
          week={week}
          onChange={(next) => onChange(writeWeek(body, next))}
          errors={Object.fromEntries([...ofDays, ["", whole]])}
          readonly={readonly}
        />
        <MakeUp {...props} />
      </FormPart>
      <FormPart title={t("calendarform.month")} hint={t("calendarform.month_hint")}>
        <MonthGrid body={body} onChange={onChange} readonly={readonly} />
        {Object.entries(problems)
          .filter(([place]) => /^(days|holidays|workdays)\b/.test(place))
          .map(([place, text]) => (
            <p key={place} className={styles.error} role="alert">
              {text}
            </p>
          ))}
      </FormPart>
      <DueTrial by={{ body }} />
    </>
  );
}

function Basics({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const zones = Intl.supportedValuesOf("timeZone");
  return (
    <FormPart title={t("calendarform.basics")}>
      <Sentence
        words={t("calendarform.says_public")}
        blanks={{
          public: (
            <ChoiceBlank
              label={t("calendarform.public")}
              value={textIn(body, "public") || "china"}
              options={[
                { key: "china", label: t("calendarform.public_china") },
                { key: "none", label: t("calendarform.public_none") },
              ]}
              onChange={(next) => onChange(put(body, "public", next))}
              error={problems.public}
              readonly={readonly}
            />
          ),
          zone: (
            <ChoiceBlank
              label={t("calendarform.zone")}
              value={textIn(body, "time_zone")}
              empty={t("calendarform.zone_company")}
              options={zones.map((zone) => ({ key: zone, label: zone }))}
              onChange={(next) => onChange(put(body, "time_zone", next || undefined))}
              error={problems.time_zone}
              readonly={readonly}
            />
          ),
        }}
      />
    </FormPart>
  );
}

/** The hours of a day that has to be made up; as on other days where nothing is said. */
function MakeUp({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const own = "make_up" in body;
  const set = (next: string[] | undefined) => onChange(put(body, "make_up", next));
  return (
    <Sentence
      words={t("calendarform.says_make_up")}
      blanks={{
        hours: (
          <>
            <ChoiceBlank
              label={t("calendarform.make_up_label")}
              value={own ? "own" : "same"}
              options={[
                { key: "same", label: t("calendarform.make_up_same") },
                { key: "own", label: t("calendarform.make_up_own") },
              ]}
              onChange={(next) => set(next === "own" ? ["09:00-12:00"] : undefined)}
              error={problems.make_up}
              readonly={readonly}
            />
            {own && (
              <Stretches
                day={t("calendarform.make_up")}
                value={stretchesOf(body.make_up)}
                onChange={set}
                readonly={readonly}
              />
            )}
          </>
        ),
      }}
    />
  );
}
