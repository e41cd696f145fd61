/** A pipeline: its stages in their order, what each means, and what is asked before one is entered. */
import { useTranslation } from "react-i18next";
import { ObjectBlank } from "@/shared/definition/blanks";
import { labelIn, listIn, partOf, put, putIn, said, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { AddNamed } from "@/shared/sentence/AddNamed";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { DurationBlank } from "@/shared/sentence/DurationBlank";
import { FormPart } from "@/shared/sentence/FormPart";
import { KeyedList } from "@/shared/sentence/KeyedList";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import { Sentence } from "@/shared/sentence/Sentence";
import { Requirements } from "@/shared/steps/Requirements";
import styles from "./Pipeline.module.css";

type Stage = Record<string, unknown>;

const OUTCOMES = ["open", "won", "lost"] as const;

export function PipelineForm(props: DefinitionFormProps) {
  const { body, onChange, problems, readonly } = props;
  const { t } = useTranslation();
  const stages = listIn<Stage>(body, "stages");
  const keys = stages.map((stage) => textIn(stage, "key"));
  return (
    <>
      <About {...props} />
      <FormPart title={t("pipelineform.stages")} hint={t("pipelineform.stages_hint")}>
        <KeyedList
          items={stages}
          onChange={(next) => onChange(put(body, "stages", next))}
          nameOf={(stage) =>
            t("pipelineform.stage", { name: said(labelIn(stage)) || textIn(stage, "key") })
          }
          error={problems.stages}
          readonly={readonly}
        >
          {(stage, change, at) => (
            <OneStage
              stage={stage}
              onChange={change}
              object={textIn(body, "on")}
              at={`stages[${at}]`}
              problems={problems}
              readonly={readonly}
            />
          )}
        </KeyedList>
        {!readonly && (
          <AddNamed
            stem="stage"
            label={t("pipelineform.add_stage")}
            hint={t("pipelineform.add_stage_hint")}
            taken={keys}
            onAdd={(key, label) => onChange(put(body, "stages", [...stages, { key, label }]))}
          />
        )}
      </FormPart>
    </>
  );
}

function About(props: DefinitionFormProps) {
  const { body, onChange, problems, readonly } = props;
  const { t } = useTranslation();
  const moves = partOf(body, "moves");
  // What is as usual isn't written, unless it was.
  const allowed = (key: "skip" | "back") => (
    <ChoiceBlank
      label={t(`pipelineform.${key}`)}
      value={moves[key] === false ? "no" : "yes"}
      options={[
        { key: "yes", label: t(`pipelineform.${key}_yes`) },
        { key: "no", label: t(`pipelineform.${key}_no`) },
      ]}
      onChange={(next) =>
        onChange(putIn(body, "moves", key, next === "no" ? false : key in moves ? true : undefined))
      }
      error={problems[`moves.${key}`]}
      readonly={readonly}
    />
  );
  return (
    <FormPart title={t("pipelineform.about")}>
      <Sentence
        words={t("pipelineform.says_object")}
        blanks={{
          object: <ObjectBlank {...props} />,
        }}
      />
      <Sentence
        words={t("pipelineform.says_skip")}
        blanks={{ skip: allowed("skip"), back: allowed("back") }}
      />
    </FormPart>
  );
}

interface StageProps {
  stage: Stage;
  onChange: (next: Stage) => void;
  object: string;
  at: string;
  problems: Record<string, string>;
  readonly: boolean;
}

function OneStage({ stage, onChange, object, at, problems, readonly }: StageProps) {
  const { t } = useTranslation();
  const enter = listIn<Record<string, unknown>>(stage, "enter");
  const dwell = textIn(stage, "dwell");
  const isOpen = !stage.outcome || stage.outcome === "open";
  return (
    <>
      <LabelBlank
        label={t("pipelineform.stage_name")}
        value={labelIn(stage)}
        onChange={(next) => onChange(put(stage, "label", next))}
        error={problems[`${at}.label`] ?? problems[`${at}.key`] ?? problems[at]}
        readonly={readonly}
      />
      <Sentence
        words={t("pipelineform.says_stage")}
        blanks={{
          outcome: (
            <ChoiceBlank
              label={t("pipelineform.outcome")}
              value={textIn(stage, "outcome") || "open"}
              options={OUTCOMES.map((one) => ({
                key: one,
                label: t(`pipelineform.outcome_${one}`),
              }))}
              onChange={(next) =>
                onChange(
                  next === "open"
                    ? put(stage, "outcome", undefined)
                    : put(put(stage, "outcome", next), "dwell", undefined),
                )
              }
              error={problems[`${at}.outcome`]}
              readonly={readonly}
            />
          ),
        }}
      />
      {isOpen && (dwell || !readonly) && (
        <Sentence
          words={t("pipelineform.says_dwell")}
          blanks={{
            dwell: (
              <DurationBlank
                label={t("pipelineform.dwell")}
                value={dwell}
                unit="d"
                onChange={(next) => onChange(put(stage, "dwell", next || undefined))}
                error={problems[`${at}.dwell`]}
                readonly={readonly}
              />
            ),
          }}
        />
      )}
      {(enter.length > 0 || !readonly) && (
        <div className={styles.gate}>
          <span className={styles.soft}>{t("pipelineform.gate")}</span>
          <Requirements
            items={enter}
            onChange={(next) => onChange(put(stage, "enter", next.length > 0 ? next : undefined))}
            object={object}
            at={`${at}.enter`}
            problems={problems}
            readonly={readonly}
          />
        </div>
      )}
    </>
  );
}
