/** What the step of each word asks for: blanks within its sentence, and lines below it. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog, useObject, usePipeline } from "@/shared/api/queries";
import type { ObjectDef } from "@/shared/api/types";
import { listIn, partOf, put, textIn } from "@/shared/definition/body";
import { useObjectChoices } from "@/shared/definition/choices";
import { useKnown } from "@/shared/definition/known";
import { ExpressionField } from "@/shared/expression/ExpressionField";
import { ChoiceBlank, TextBlank, type Choice } from "@/shared/sentence/blanks";
import { Sentence } from "@/shared/sentence/Sentence";
import { SeveralBlank } from "@/shared/sentence/SeveralBlank";
import { writable, type Around } from "./around";
import {
  isClockWord,
  namesPeople,
  severalLike,
  severalOf,
  wordOf,
  type Step,
  type StepWord,
} from "./model";
import { Optional } from "./Optional";
import { Requirements } from "./Requirements";
import { Telling } from "./Telling";
import { Values } from "./Values";
import { WhoBlank } from "./WhoBlank";

interface PartProps {
  step: Step;
  onChange: (next: Step) => void;
  around: Around;
}

/** The kind of definition that a word takes the key of; operations come from the catalog, which everybody has. */
function kindOf(word: StepWord | undefined): string {
  if (word === "reassign") return "assignment";
  return word === "webhook" ? "webhook" : "clock";
}

/** The object that a step works on: the record's own, or that of a created one. */
function useTarget(step: Step, around: Around): ObjectDef | undefined {
  const of = textIn(step, "of");
  return useObject((of && around.created[of]) || around.object);
}

/** The blanks of a step's sentence, by the names that the sentences of all words use. */
export function useStepBlanks(
  step: Step,
  onChange: (next: Step) => void,
  around: Around,
): Record<string, ReactNode> {
  const { t } = useTranslation();
  const word = wordOf(step);
  const target = useTarget(step, around);
  const stages = usePipeline(target)?.stages ?? [];
  const objects = useObjectChoices();
  const known = useKnown(kindOf(word), around.object);
  const operations = useObject(around.object)?.operations ?? [];
  if (!word) return {};
  const { readonly, at, problems } = around;
  const error = problems[`${at}.${word}`];

  const choice = (label: string, options: Choice[]) => (
    <ChoiceBlank
      label={label}
      value={textIn(step, word)}
      options={options}
      onChange={(next) => onChange(put(step, word, next))}
      error={error}
      readonly={readonly}
    />
  );
  if (word === "move") return { stage: choice(t("steps.stage"), stages) };
  if (word === "run") {
    const choices = operations.map(({ name, label }) => ({ key: name, label }));
    return { operation: choice(t("steps.operation"), choices) };
  }
  if (word === "reassign") return { policy: choice(t("steps.policy"), known) };
  if (word === "webhook") return { webhook: choice(t("steps.webhook"), known) };
  if (isClockWord(word)) return { clock: choice(t("steps.clock"), known) };
  if (word === "create") return { object: choice(t("steps.object"), objects) };
  if (word === "assign") return { whom: <Assignee {...{ step, onChange, around }} /> };
  if (word === "notify" || word === "escalate") {
    const whom = (
      <WhoBlank
        label={t("steps.whom")}
        value={severalOf(step[word])}
        onChange={(next) => onChange(put(step, word, severalLike(step[word], next)))}
        error={error}
        around={around}
      />
    );
    return { whom };
  }
  return {};
}

/** Whom a record is given to: by names of people, the first who is there, or by an expression. */
function Assignee({ step, onChange, around }: PartProps) {
  const { t } = useTranslation();
  const fields = useObject(around.object)?.fields ?? [];
  const value = step.assign;
  const named = namesPeople(value, fields);
  const error = around.problems[`${around.at}.assign`];
  return (
    <>
      <ChoiceBlank
        label={t("steps.assign_by")}
        value={named ? "names" : "expression"}
        options={[
          { key: "names", label: t("steps.assign_names") },
          { key: "expression", label: t("steps.by_expression") },
        ]}
        onChange={(next) => onChange(put(step, "assign", next === "names" ? ["superior"] : "me"))}
        readonly={around.readonly}
      />
      {named ? (
        <WhoBlank
          label={t("steps.whom")}
          value={severalOf(value)}
          onChange={(next) => onChange(put(step, "assign", severalLike(value, next)))}
          error={error}
          around={around}
        />
      ) : (
        <ExpressionField
          label={t("steps.whom")}
          object={around.object}
          roots={around.roots}
          expect="id"
          value={textIn(step, "assign")}
          onChange={(next) => onChange(put(step, "assign", next))}
          error={error}
          readonly={around.readonly}
        />
      )}
    </>
  );
}

/** How a created record is told apart from those there are, and what later steps call it. */
function Creating({ step, onChange, around, made }: PartProps & { made: ObjectDef | undefined }) {
  const { t } = useTranslation();
  const { readonly, at, problems } = around;
  const match = listIn<string>(step, "match");
  const named = textIn(step, "as");
  return (
    <>
      <Optional there={match.length > 0} add={t("steps.match")} readonly={readonly}>
        <Sentence
          words={t("steps.says_match")}
          blanks={{
            match: (
              <SeveralBlank
                label={t("steps.match")}
                value={match}
                options={(made?.fields ?? []).map(({ name, label }) => ({ key: name, label }))}
                onChange={(next) => onChange(put(step, "match", next.length ? next : undefined))}
                error={problems[`${at}.match`]}
                readonly={readonly}
              />
            ),
          }}
        />
      </Optional>
      <Optional there={named !== ""} add={t("steps.add_as")} readonly={readonly}>
        <Sentence
          words={t("steps.says_as")}
          blanks={{
            as: (
              <TextBlank
                label={t("steps.as")}
                size={14}
                value={named}
                onChange={(next) => onChange(put(step, "as", next || undefined))}
                error={problems[`${at}.as`]}
                readonly={readonly}
              />
            ),
          }}
        />
      </Optional>
    </>
  );
}

/** What stands below the sentence of a step. */
export function StepDetails({ step, onChange, around }: PartProps) {
  const { t } = useTranslation();
  const word = wordOf(step);
  const target = useTarget(step, around);
  const own = useObject(around.object);
  const made = useCatalog()?.objects.find((one) => one.name === textIn(step, "create"));
  const operation = own?.operations.find((one) => one.name === textIn(step, "run"));
  const set = (name: string) => (next: Record<string, unknown>) => onChange(put(step, name, next));
  const values = (
    name: string,
    fields: ObjectDef["fields"],
    known: ObjectDef["fields"] = fields,
    words = t("steps.says_value"),
  ) => (
    <Values
      name={name}
      values={partOf(step, name)}
      fields={fields}
      known={known}
      onChange={set(name)}
      around={around}
      words={words}
    />
  );
  switch (word) {
    case "set":
      return values("set", writable(target?.fields), target?.fields);
    case "link":
      return values(
        "link",
        writable(target?.fields).filter((one) => one.type === "relation"),
        target?.fields,
      );
    case "add_to":
      return values(
        "add_to",
        writable(own?.fields).filter((one) => one.type === "multi_choice"),
        own?.fields,
        t("steps.says_added"),
      );
    case "create": {
      const owner = made?.fields.filter((one) => one.name === "owner") ?? [];
      const others = writable(made?.fields).filter((one) => one.name !== "owner");
      return (
        <>
          {values("values", [...others, ...owner], made?.fields)}
          <Creating step={step} onChange={onChange} around={around} made={made} />
        </>
      );
    }
    case "run":
      return values("values", operation?.input ?? []);
    case "notify":
    case "escalate":
      return <Telling step={step} onChange={onChange} around={around} />;
    case "require":
      return (
        <Requirements
          items={listIn(step, "require")}
          onChange={(next) => onChange(put(step, "require", next))}
          object={around.object}
          roots={around.roots}
          at={`${around.at}.require`}
          problems={around.problems}
          readonly={around.readonly}
        />
      );
    default:
      return null;
  }
}
