/** When two records are the same, as sentences: which field, in which object, and what follows. */
import { useTranslation } from "react-i18next";
import { listIn, put, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { KeyedList } from "@/shared/sentence/KeyedList";
import { Sentence } from "@/shared/sentence/Sentence";
import { Condition } from "@/shared/steps/Condition";
import { useFieldsOf, useObjects } from "./around";

type Rule = Record<string, unknown>;

export function Duplicates(props: DefinitionFormProps) {
  const { body, onChange, problems, readonly } = props;
  const { t } = useTranslation();
  const rules = listIn<Rule>(body, "duplicates");
  return (
    <KeyedList<Rule>
      items={rules}
      onChange={(next) => onChange(put(body, "duplicates", next.length > 0 ? next : undefined))}
      nameOf={(_, at) => t("objects.duplicate", { number: at + 1 })}
      add={{ label: t("objects.duplicate_add"), make: () => ({ match: [], then: "flag" }) }}
      error={problems.duplicates}
      readonly={readonly}
    >
      {(rule, change, at) => (
        <OneRule
          {...props}
          rule={rule}
          onRule={change}
          errorAt={(key) => problems[`duplicates[${at}].${key}`]}
        />
      )}
    </KeyedList>
  );
}

interface OneProps extends DefinitionFormProps {
  rule: Rule;
  onRule: (next: Rule) => void;
  errorAt: (key: string) => string | undefined;
}

function OneRule({ body, rule, onRule, errorAt, readonly }: OneProps) {
  const { t } = useTranslation();
  const own = textIn(body, "object");
  const objects = useObjects(body).filter((one) => one.key !== own);
  const fieldsOf = useFieldsOf(body);
  const match = listIn<string>(rule, "match")[0] ?? "";
  const inside = textIn(rule, "in");
  const set = (key: string, value: unknown) => onRule(put(rule, key, value));
  const theirs = fieldsOf(inside);
  const blank = (key: "against" | "to", empty: string, options: typeof theirs) => (
    <ChoiceBlank
      label={t(`objects.same.${key}`)}
      value={textIn(rule, key)}
      empty={empty}
      options={options}
      onChange={(next) => set(key, next || undefined)}
      error={errorAt(key)}
      readonly={readonly}
    />
  );
  return (
    <>
      <Sentence
        words={t(inside ? "objects.same.says_other" : "objects.same.says")}
        blanks={{
          match: (
            <ChoiceBlank
              label={t("objects.same.match")}
              value={match}
              empty={match === "" ? t("form.choose") : undefined}
              options={fieldsOf(own).filter((one) => one.type !== "children")}
              onChange={(next) => set("match", next ? [next] : [])}
              error={errorAt("match")}
              readonly={readonly}
            />
          ),
          in: (
            <ChoiceBlank
              label={t("objects.same.in")}
              value={inside}
              empty={t("objects.same.own")}
              options={objects}
              onChange={(next) => {
                // What was said of another object means nothing for this one.
                const rest = put(put(rule, "against", undefined), "to", undefined);
                onRule(put(rest, "in", next || undefined));
              }}
              error={errorAt("in")}
              readonly={readonly}
            />
          ),
          against: blank("against", t("objects.same.alike"), theirs),
          to: blank(
            "to",
            t("objects.same.itself"),
            theirs.filter((one) => one.type === "relation"),
          ),
          then: (
            <ChoiceBlank
              label={t("objects.same.then")}
              value={textIn(rule, "then") || "flag"}
              options={(["join", "flag"] as const).map((one) => ({
                key: one,
                label: t(`objects.same.${one}`),
              }))}
              onChange={(next) => set("then", next)}
              error={errorAt("then")}
              readonly={readonly}
            />
          ),
        }}
      />
      <Condition
        words={t("objects.same.when_words")}
        label={t("objects.same.when")}
        add={t("objects.same.when_add")}
        value={"when" in rule ? textIn(rule, "when") : undefined}
        onChange={(next) => set("when", next)}
        object={inside || own}
        error={errorAt("when")}
        readonly={readonly}
      />
    </>
  );
}
