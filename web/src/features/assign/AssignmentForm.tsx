/** An assignment policy as sentences: which records, to whom, how many, in which order, what if nobody fits. */
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { ObjectBlank, WhenField } from "@/shared/definition/blanks";
import { numberIn, partOf, put, putIn, textIn } from "@/shared/definition/body";
import { useDepartmentChoices, useRoleChoices } from "@/shared/definition/choices";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ChoiceBlank, NumberBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { Sentence } from "@/shared/sentence/Sentence";
import { useCandidateCondition } from "./CandidateCondition";
import { OrderPart } from "./OrderPart";
import { PolicyOrder } from "./PolicyOrder";
import { Quota } from "./Quota";

/** The field and the figures of a policy that says nothing of them. */
const USUAL_POOL = "pool";
const USUAL_DAYS = 3;

function WhichPart(props: DefinitionFormProps) {
  const { t } = useTranslation();
  return (
    <FormPart title={t("assignment.which")}>
      <Sentence
        words={t("assignment.which_is")}
        blanks={{
          object: <ObjectBlank {...props} />,
        }}
      />
      <WhenField {...props} none={t("assignment.when_none")} />
      <PolicyOrder {...props} />
    </FormPart>
  );
}

function ToPart({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const roles = useRoleChoices();
  const departments = useDepartmentChoices();
  const to = partOf(body, "to");
  const set = (key: string, value: string | undefined) =>
    onChange(putIn(body, "to", key, value || undefined));
  const where = useCandidateCondition({
    label: t("assignment.where"),
    words: "match",
    object: textIn(body, "on"),
    value: textIn(to, "where"),
    error: problems["to.where"],
    readonly,
    // An empty one stays: it was wanted, and the server refuses it until it says something.
    onChange: (next) => onChange(putIn(body, "to", "where", next)),
  });
  return (
    <FormPart title={t("assignment.to")} hint={t("assignment.to_hint")}>
      <Sentence
        words={t("assignment.to_is")}
        blanks={{
          department: (
            <ChoiceBlank
              label={t("assignment.department")}
              value={textIn(to, "department")}
              empty={t("assignment.any_department")}
              options={departments}
              error={problems["to.department"]}
              readonly={readonly}
              onChange={(next) => set("department", next)}
            />
          ),
          role: (
            <ChoiceBlank
              label={t("assignment.role")}
              value={textIn(to, "role")}
              empty={t("assignment.any_role")}
              options={roles}
              error={problems["to.role"] ?? problems.to}
              readonly={readonly}
              onChange={(next) => set("role", next)}
            />
          ),
          where: where.blank,
        }}
      />
      {where.below}
      <Sentence
        words={t("assignment.duty_is")}
        blanks={{
          duty: (
            <ChoiceBlank
              label={t("assignment.duty")}
              value={textIn(body, "duty") || "any"}
              options={[
                { key: "any", label: t("assignment.duty_any") },
                { key: "on_duty", label: t("assignment.duty_on") },
              ]}
              error={problems.duty}
              readonly={readonly}
              onChange={(duty) => onChange(put(body, "duty", duty))}
            />
          ),
        }}
      />
    </FormPart>
  );
}

function RoomPart({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const room = partOf(body, "room");
  const both = { object: textIn(body, "on"), readonly };
  return (
    <FormPart title={t("assignment.room")} hint={t("assignment.room_hint")}>
      <Quota
        {...both}
        label={t("assignment.open")}
        words={t("assignment.open_is")}
        own="candidate.quota_open"
        value={textIn(room, "open")}
        error={problems["room.open"]}
        onChange={(next) => onChange(putIn(body, "room", "open", next))}
      />
      <Quota
        {...both}
        label={t("assignment.daily")}
        words={t("assignment.daily_is")}
        own="candidate.quota_daily"
        value={textIn(room, "daily")}
        error={problems["room.daily"]}
        onChange={(next) => onChange(putIn(body, "room", "daily", next))}
      />
    </FormPart>
  );
}

function NobodyPart({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const roles = useRoleChoices();
  const fields = (useObject(textIn(body, "on"))?.fields ?? []).filter(
    ({ type }) => type === "choice",
  );
  const nobody = partOf(body, "nobody");
  const name = textIn(nobody, "field") || USUAL_POOL;
  const pools = fields.find((one) => one.name === name)?.options ?? [];
  const set = (key: string, value: string) =>
    onChange(putIn(body, "nobody", key, value || undefined));
  return (
    <FormPart title={t("assignment.nobody")}>
      <Sentence
        words={t("assignment.nobody_is")}
        blanks={{
          field: (
            <ChoiceBlank
              label={t("assignment.pool_field")}
              value={name}
              options={fields.map((one) => ({ key: one.name, label: one.label }))}
              error={problems["nobody.field"]}
              readonly={readonly}
              onChange={(next) => set("field", next)}
            />
          ),
          pool: (
            <ChoiceBlank
              label={t("assignment.pool")}
              value={textIn(nobody, "pool")}
              empty={t("assignment.no_pool")}
              options={pools}
              error={problems["nobody.pool"]}
              readonly={readonly}
              onChange={(next) => set("pool", next)}
            />
          ),
          alarm: (
            <ChoiceBlank
              label={t("assignment.alarm")}
              value={textIn(nobody, "alarm")}
              empty={t("assignment.no_alarm")}
              options={roles}
              error={problems["nobody.alarm"]}
              readonly={readonly}
              onChange={(next) => set("alarm", next)}
            />
          ),
        }}
      />
    </FormPart>
  );
}

function WatchPart({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const watch = partOf(body, "watch");
  const set = (key: string, value: number | null) =>
    onChange(putIn(body, "watch", key, value ?? undefined));
  const blank = (key: "days" | "waiting" | "per_person", usual?: number) => (
    <NumberBlank
      label={t(`assignment.${key}`)}
      value={numberIn(watch, key)}
      usual={usual}
      min={0}
      error={problems[`watch.${key}`]}
      readonly={readonly}
      onChange={(next) => set(key, next)}
    />
  );
  const swing = numberIn(watch, "swing");
  return (
    <FormPart title={t("assignment.watch")} hint={t("assignment.watch_hint")}>
      <Sentence words={t("assignment.days_is")} blanks={{ days: blank("days", USUAL_DAYS) }} />
      <Sentence words={t("assignment.waiting_is")} blanks={{ waiting: blank("waiting") }} />
      <Sentence words={t("assignment.person_is")} blanks={{ per_person: blank("per_person") }} />
      <Sentence
        words={t("assignment.swing_is")}
        blanks={{
          swing: (
            <NumberBlank
              label={t("assignment.swing")}
              // What is kept is a fraction; people say per cent.
              value={swing === null ? null : Math.round(swing * 10_000) / 100}
              min={0}
              error={problems["watch.swing"]}
              readonly={readonly}
              onChange={(next) => set("swing", next === null ? null : next / 100)}
            />
          ),
        }}
      />
    </FormPart>
  );
}

export function AssignmentForm(props: DefinitionFormProps) {
  return (
    <>
      <WhichPart {...props} />
      <ToPart {...props} />
      <RoomPart {...props} />
      <OrderPart {...props} />
      <NobodyPart {...props} />
      <WatchPart {...props} />
    </>
  );
}
