/** What sets a rule off: things that happen to a record, the change of some fields, or the time of day. */
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { numberIn, partOf, put, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ChoiceBlank, NumberBlank, TimeBlank } from "@/shared/sentence/blanks";
import { Sentence } from "@/shared/sentence/Sentence";
import { SeveralBlank } from "@/shared/sentence/SeveralBlank";
import { useEvents } from "@/shared/steps/events";
import { severalLike, severalOf } from "@/shared/steps/model";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const KINDS = ["daily", "weekly", "monthly", "minutes"] as const;
type Kind = (typeof KINDS)[number];

export function Events({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const options = useEvents(textIn(body, "on"));
  return (
    <Sentence
      words={t("rules.says_after")}
      blanks={{
        events: (
          <SeveralBlank
            label={t("rules.events")}
            value={severalOf(body.after)}
            options={options}
            onChange={(next) => onChange(put(body, "after", severalLike(body.after, next)))}
            error={problems.after}
            readonly={readonly}
          />
        ),
      }}
    />
  );
}

interface ChangedProps {
  object: string;
  fields: string[];
  /** What is looked at while no field is chosen. */
  empty: string;
  onChange: (next: string[]) => void;
  readonly: boolean;
}

export function Changed({ object, fields, empty, onChange, readonly }: ChangedProps) {
  const { t } = useTranslation();
  const known = useObject(object)?.fields ?? [];
  return (
    <Sentence
      words={t("rules.says_changed")}
      blanks={{
        fields: (
          <SeveralBlank
            label={t("rules.changed_fields")}
            value={fields}
            empty={empty}
            options={known.map(({ name, label }) => ({ key: name, label }))}
            onChange={onChange}
            readonly={readonly}
          />
        ),
      }}
    />
  );
}

const BEGINNINGS: Record<Kind, (at: string) => Record<string, unknown>> = {
  daily: (at) => ({ daily: at }),
  weekly: (at) => ({ weekly: ["mon"], at }),
  monthly: (at) => ({ monthly: 1, at }),
  minutes: () => ({ minutes: 60 }),
};

export function Schedule({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const every = partOf(body, "every");
  const kind = KINDS.find((one) => one in every) ?? "daily";
  const set = (key: string, value: unknown) => onChange(put(body, "every", put(every, key, value)));
  const time = kind === "daily" ? "daily" : "at";
  const shared = (key: string) => ({ error: problems[`every.${key}`], readonly });
  return (
    <>
      <Sentence
        words={t(`rules.says_every_${kind}`)}
        blanks={{
          kind: (
            <ChoiceBlank
              label={t("rules.kind")}
              value={kind}
              options={KINDS.map((one) => ({ key: one, label: t(`rules.every_${one}`) }))}
              onChange={(next) => {
                const begin = BEGINNINGS[next as Kind];
                onChange(put(body, "every", begin(textIn(every, time) || "09:00")));
              }}
              error={problems.every}
              readonly={readonly}
            />
          ),
          at: (
            <TimeBlank
              label={t("rules.at")}
              value={textIn(every, time)}
              onChange={(next) => set(time, next)}
              {...shared(time)}
            />
          ),
          days: (
            <SeveralBlank
              label={t("rules.days")}
              value={severalOf(every.weekly)}
              options={DAYS.map((day) => ({ key: day, label: t(`rules.day_${day}`) }))}
              onChange={(next) => set("weekly", severalLike(every.weekly, next))}
              {...shared("weekly")}
            />
          ),
          day: (
            <NumberBlank
              label={t("rules.day")}
              min={1}
              max={31}
              value={numberIn(every, "monthly")}
              onChange={(next) => set("monthly", next)}
              {...shared("monthly")}
            />
          ),
          minutes: (
            <NumberBlank
              label={t("rules.minutes")}
              min={1}
              max={1440}
              value={numberIn(every, "minutes")}
              onChange={(next) => set("minutes", next)}
              {...shared("minutes")}
            />
          ),
        }}
      />
      {kind === "monthly" && (numberIn(every, "monthly") ?? 0) > 28 && (
        <p>{t("rules.month_hint")}</p>
      )}
    </>
  );
}
