/** What an operation asks: fields of its own, each with a name that steps use. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { labelIn, numberIn, partOf, put, said, textIn } from "@/shared/definition/body";
import { useObjectChoices } from "@/shared/definition/choices";
import type { DefinitionFormProps, Label } from "@/shared/definition/form";
import { useKnown } from "@/shared/definition/known";
import { AddNamed } from "@/shared/sentence/AddNamed";
import { ChoiceBlank, NumberBlank } from "@/shared/sentence/blanks";
import { KeyedList } from "@/shared/sentence/KeyedList";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import { Sentence } from "@/shared/sentence/Sentence";

type Asked = Record<string, unknown>;
type Entry = [name: string, asked: Asked];

const TYPES = [
  "text",
  "long_text",
  "choice",
  "multi_choice",
  "integer",
  "decimal",
  "money",
  "percent",
  "date",
  "datetime",
  "checkbox",
  "person",
  "department",
  "relation",
  "phone",
  "email",
  "url",
  "checklist",
  "place",
  "address",
  "file",
  "photo",
  "voice",
] as const;
const NUMBERS = ["integer", "decimal", "money", "percent"];
const TEXTS = ["text", "long_text"];
const CHOICES = ["choice", "multi_choice", "checklist"];

export function Inputs({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const { input } = body;
  // The same entries until the body changes, so that each is known again when one is moved.
  const entries = useMemo(() => Object.entries(partOf({ input }, "input")) as Entry[], [input]);
  const keep = (next: readonly Entry[]) =>
    onChange(put(body, "input", next.length > 0 ? Object.fromEntries(next) : undefined));
  return (
    <>
      <KeyedList<Entry>
        items={entries}
        onChange={keep}
        nameOf={([name, asked]) => t("operationform.item", { name: said(labelIn(asked)) || name })}
        error={problems.input}
        readonly={readonly}
      >
        {([name, asked], change) => (
          <OneInput
            name={name}
            asked={asked}
            onChange={(next) => change([name, next])}
            problems={problems}
            readonly={readonly}
          />
        )}
      </KeyedList>
      {!readonly && (
        <AddNamed
          stem="input"
          label={t("operationform.add_item")}
          hint={t("operationform.add_item_hint")}
          taken={entries.map(([one]) => one)}
          onAdd={(name, label) => keep([...entries, [name, { type: "text", label }]])}
        />
      )}
    </>
  );
}

interface OneProps {
  name: string;
  asked: Asked;
  onChange: (next: Asked) => void;
  problems: Record<string, string>;
  readonly: boolean;
}

function OneInput({ name, asked, onChange, problems, readonly }: OneProps) {
  const { t } = useTranslation();
  const type = textIn(asked, "type") || "text";
  const at = (key: string) => problems[`input.${name}.${key}`];
  const set = (key: string, value: unknown) => onChange(put(asked, key, value));
  return (
    <>
      <LabelBlank
        label={t("operationform.item_label")}
        value={labelIn(asked)}
        onChange={(next) => set("label", next)}
        error={at("label") ?? problems[`input.${name}`]}
        readonly={readonly}
      />
      <Sentence
        words={t("operationform.says_item")}
        blanks={{
          type: (
            <ChoiceBlank
              label={t("operationform.item_type")}
              value={type}
              options={TYPES.map((one) => ({ key: one, label: t(`operationform.type_${one}`) }))}
              onChange={(next) => set("type", next)}
              error={at("type")}
              readonly={readonly}
            />
          ),
          required: (
            <ChoiceBlank
              label={t("operationform.item_required")}
              value={asked.required === true ? "yes" : "no"}
              options={[
                { key: "yes", label: t("operationform.required_yes") },
                { key: "no", label: t("operationform.required_no") },
              ]}
              onChange={(next) => set("required", next === "yes" ? true : undefined)}
              error={at("required")}
              readonly={readonly}
            />
          ),
          name: <code>{`input.${name}`}</code>,
        }}
      />
      <Measures type={type} asked={asked} set={set} errorAt={at} readonly={readonly} />
      {CHOICES.includes(type) && (
        <Options type={type} asked={asked} set={set} errorAt={at} readonly={readonly} />
      )}
    </>
  );
}

interface PartProps {
  type: string;
  asked: Asked;
  set: (key: string, value: unknown) => void;
  errorAt: (key: string) => string | undefined;
  readonly: boolean;
}

/** What depends on the type: how long, how much, of which object. */
function Measures({ type, asked, set, errorAt, readonly }: PartProps) {
  const { t } = useTranslation();
  const objects = useObjectChoices();
  const number = (key: "min" | "max") => (
    <NumberBlank
      label={t(`operationform.${key}`)}
      value={numberIn(asked, key)}
      onChange={(next) => set(key, next ?? undefined)}
      error={errorAt(key)}
      readonly={readonly}
    />
  );
  if (TEXTS.includes(type)) {
    return <Sentence words={t("operationform.says_longest")} blanks={{ max: number("max") }} />;
  }
  if (NUMBERS.includes(type)) {
    return (
      <Sentence
        words={t("operationform.says_range")}
        blanks={{ min: number("min"), max: number("max") }}
      />
    );
  }
  if (type !== "relation") return null;
  return (
    <Sentence
      words={t("operationform.says_of")}
      blanks={{
        object: (
          <ChoiceBlank
            label={t("operationform.object")}
            value={textIn(asked, "object")}
            empty={t("form.choose")}
            options={objects}
            onChange={(next) => set("object", next)}
            error={errorAt("object")}
            readonly={readonly}
          />
        ),
      }}
    />
  );
}

/** An option is written as its label, or with more around it. */
function optionLabel(written: unknown): Label {
  const whole = partOf({ written }, "written");
  return "label" in whole ? labelIn(whole) : labelIn({ written }, "written");
}

/** From a list of the company, or written here. */
function Options({ type, asked, set, errorAt, readonly }: PartProps) {
  const { t } = useTranslation();
  const lists = useKnown("options");
  const key = type === "checklist" ? "items" : "options";
  const own = asked[key];
  const entries = useMemo(() => Object.entries(partOf({ own }, "own")), [own]);
  const from = textIn(asked, "options_from");
  return (
    <>
      <Sentence
        words={t("operationform.says_options")}
        blanks={{
          list: (
            <ChoiceBlank
              label={t("operationform.list")}
              value={from}
              empty={t("operationform.own_options")}
              options={lists}
              onChange={(next) => set("options_from", next || undefined)}
              error={errorAt("options_from") ?? errorAt(key)}
              readonly={readonly}
            />
          ),
        }}
      />
      {!from && (
        <KeyedList<[string, unknown]>
          items={entries}
          onChange={(next) => set(key, Object.fromEntries(next))}
          nameOf={([name, written]) =>
            t("operationform.option", { name: said(optionLabel(written)) || name })
          }
          readonly={readonly}
        >
          {([name, written], change) => {
            const whole = partOf({ written }, "written");
            const withColor = "label" in whole;
            return (
              <LabelBlank
                label={t("operationform.option_label")}
                value={optionLabel(written)}
                onChange={(next: Label) =>
                  change([name, withColor ? put(whole, "label", next) : next])
                }
                error={errorAt(`${key}.${name}`)}
                readonly={readonly}
              />
            );
          }}
        </KeyedList>
      )}
      {!from && !readonly && (
        <AddNamed
          stem="option"
          label={t("operationform.add_option")}
          hint={t("operationform.add_option_hint")}
          taken={entries.map(([one]) => one)}
          onAdd={(name, label) => set(key, Object.fromEntries([...entries, [name, label]]))}
        />
      )}
    </>
  );
}
