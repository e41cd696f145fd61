/** The steps of a rule, a clock's rung or an operation: each a sentence with blanks, done one after another. */
import { useTranslation } from "react-i18next";
import { put } from "@/shared/definition/body";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { KeyedList } from "@/shared/sentence/KeyedList";
import { Sentence } from "@/shared/sentence/Sentence";
import type { Around } from "./around";
import { Condition } from "./Condition";
import {
  createdBefore,
  mayBeOfCreated,
  newStep,
  STEP_WORDS,
  wordOf,
  type Roots,
  type Step,
  type StepWord,
} from "./model";
import { StepDetails, useStepBlanks } from "./StepParts";
import styles from "./Steps.module.css";

interface StepsEditorProps {
  object: string;
  /** What expressions may name beside the object's fields. */
  roots?: Roots;
  steps: Step[];
  onChange: (next: Step[]) => void;
  /** Where the list stands in the body: `do`, `rungs[1].do`. */
  at: string;
  problems: Record<string, string>;
  readonly: boolean;
}

/** The roots of expressions, with the records that were created before. */
function withCreated(roots: Roots, created: Record<string, string>): Roots {
  const ids = Object.entries(created).map(([name, object]) => [name, { id: `id:${object}` }]);
  return { ...roots, ...Object.fromEntries(ids) };
}

export function StepsEditor(props: StepsEditorProps) {
  const { object, roots = {}, steps, onChange, at, problems, readonly } = props;
  const { t } = useTranslation();
  return (
    <KeyedList
      items={steps}
      onChange={onChange}
      nameOf={(_, n) => t("steps.step", { number: n + 1 })}
      add={{ label: t("steps.add"), make: () => newStep("notify") }}
      error={problems[at]}
      readonly={readonly}
    >
      {(step, change, n) => {
        const created = createdBefore(steps, n);
        const around: Around = {
          object,
          roots: withCreated(roots, created),
          created,
          at: `${at}[${n}]`,
          problems,
          readonly,
        };
        return <OneStep step={step} onChange={change} around={around} />;
      }}
    </KeyedList>
  );
}

export interface StepProps {
  step: Step;
  onChange: (next: Step) => void;
  around: Around;
}

function OneStep({ step, onChange, around }: StepProps) {
  const { t } = useTranslation();
  const word = wordOf(step);
  const { readonly, created, at, problems } = around;
  const blanks = useStepBlanks(step, onChange, around);
  const wordBlank = (
    <ChoiceBlank
      label={t("steps.word")}
      value={word ?? ""}
      options={STEP_WORDS.map((one) => ({ key: one, label: t(`steps.word_${one}`) }))}
      onChange={(next) => next && onChange(newStep(next as StepWord, step))}
      error={problems[at]}
      readonly={readonly}
    />
  );
  const of = typeof step.of === "string" ? step.of : "";
  const ofBlank = (
    <ChoiceBlank
      label={t("steps.of")}
      value={of}
      empty={t("steps.of_itself")}
      options={Object.keys(created).map((name) => ({ key: name, label: name }))}
      onChange={(next) => onChange(put(step, "of", next || undefined))}
      error={problems[`${at}.of`]}
      readonly={readonly}
    />
  );
  const asksOf = word && mayBeOfCreated(word) && (of || Object.keys(created).length > 0);
  return (
    <div className={styles.step}>
      {asksOf && <Sentence words={t("steps.says_of")} blanks={{ of: ofBlank }} />}
      <Sentence
        words={word ? t(`steps.says_${word}`) : "<word>"}
        blanks={{ ...blanks, word: wordBlank }}
      />
      <StepDetails step={step} onChange={onChange} around={around} />
      <Condition
        words={t("steps.says_when")}
        label={t("steps.when")}
        add={t("steps.add_when")}
        value={typeof step.when === "string" ? step.when : undefined}
        onChange={(next) => onChange(put(step, "when", next))}
        object={around.object}
        roots={around.roots}
        error={problems[`${at}.when`]}
        readonly={readonly}
      />
    </div>
  );
}
