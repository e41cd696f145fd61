/** A clock as sentences: when it starts, how long there is, what ends it, and what happens before and after. */
import { useTranslation } from "react-i18next";
import { ObjectBlank } from "@/shared/definition/blanks";
import { put, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { useKnown } from "@/shared/definition/known";
import { DueTrial } from "@/shared/reckoning/DueTrial";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { DurationBlank } from "@/shared/sentence/DurationBlank";
import { FormPart } from "@/shared/sentence/FormPart";
import { Sentence } from "@/shared/sentence/Sentence";
import { Condition } from "@/shared/steps/Condition";
import { Ladder } from "./Ladder";
import { WALL } from "./rungs";

export function ClockForm(props: DefinitionFormProps) {
  const { t } = useTranslation();
  const { body } = props;
  const target = textIn(body, "target");
  return (
    <>
      <Start {...props} />
      <Target {...props} />
      <FormPart title={t("clockforms.end")} hint={t("clockforms.end_hint")}>
        <Ending {...props} name="met" />
        <Ending {...props} name="cancel" />
      </FormPart>
      <FormPart title={t("clockforms.ladder")} hint={t("clockforms.ladder_hint")}>
        <Ladder {...props} />
      </FormPart>
      {target && <DueTrial by={{ calendar: textIn(body, "calendar") || WALL }} target={target} />}
    </>
  );
}

function Start(props: DefinitionFormProps) {
  const { body, onChange, problems, readonly } = props;
  const { t } = useTranslation();
  const object = textIn(body, "on");
  const choice = (key: "start" | "restart", options: { key: string; label: string }[]) => (
    <ChoiceBlank
      label={t(key === "start" ? "clockforms.start_label" : "clockforms.restart")}
      value={textIn(body, key) || options[0]!.key}
      options={options}
      onChange={(next) => onChange(put(body, key, next))}
      error={problems[key]}
      readonly={readonly}
    />
  );
  return (
    <FormPart title={t("clockforms.start")}>
      <Sentence
        words={t("clockforms.says_object")}
        blanks={{
          object: <ObjectBlank {...props} />,
        }}
      />
      <Condition
        words={t("clockforms.says_when")}
        label={t("clockforms.when")}
        add={t("clockforms.add_when")}
        value={typeof body.when === "string" ? body.when : undefined}
        onChange={(next) => onChange(put(body, "when", next))}
        object={object}
        error={problems.when}
        readonly={readonly}
      />
      <Sentence
        words={t("clockforms.says_start")}
        blanks={{
          start: choice("start", [
            { key: "created", label: t("clockforms.start_created") },
            { key: "assigned", label: t("clockforms.start_assigned") },
          ]),
        }}
      />
      <Sentence
        words={t("clockforms.says_restart")}
        blanks={{
          restart: choice("restart", [
            { key: "never", label: t("clockforms.restart_never") },
            { key: "reassigned", label: t("clockforms.restart_reassigned") },
          ]),
        }}
      />
    </FormPart>
  );
}

function Target({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const calendars = useKnown("calendar");
  return (
    <FormPart title={t("clockforms.target")}>
      <Sentence
        words={t("clockforms.says_target")}
        blanks={{
          target: (
            <DurationBlank
              label={t("clockforms.target_label")}
              value={textIn(body, "target")}
              onChange={(next) => onChange(put(body, "target", next))}
              error={problems.target}
              readonly={readonly}
            />
          ),
          calendar: (
            <ChoiceBlank
              label={t("clockforms.calendar")}
              value={textIn(body, "calendar") || WALL}
              options={[...calendars, { key: WALL, label: t("clockforms.wall_clock") }]}
              onChange={(next) => onChange(put(body, "calendar", next))}
              error={problems.calendar}
              readonly={readonly}
            />
          ),
        }}
      />
    </FormPart>
  );
}

function Ending(props: DefinitionFormProps & { name: "met" | "cancel" }) {
  const { body, onChange, problems, readonly, name } = props;
  const { t } = useTranslation();
  return (
    <Condition
      words={t(`clockforms.says_${name}`)}
      label={t(`clockforms.${name}`)}
      add={t(`clockforms.add_${name}`)}
      value={typeof body[name] === "string" ? body[name] : undefined}
      onChange={(next) => onChange(put(body, name, next))}
      object={textIn(body, "on")}
      error={problems[name]}
      readonly={readonly}
    />
  );
}
