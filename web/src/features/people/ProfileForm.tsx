/** What is kept of people beyond name and department: each attribute with its name and what is filled in. */
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { labelIn, listIn, partOf, put, said, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { AddNamed } from "@/shared/sentence/AddNamed";
import { ChoiceBlank, TextBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { KeyedList } from "@/shared/sentence/KeyedList";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import styles from "./People.module.css";

const TYPES = ["text", "list", "number", "checkbox"] as const;
/** Types of which there may be only some words to choose from. */
const OF_WORDS: readonly string[] = ["text", "list"];
const MARK = /[\u3001,\uff0c]/;

type Attribute = [name: string, written: Record<string, unknown>];

export function ProfileForm({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const { attributes } = body;
  const entries = useMemo((): Attribute[] => {
    const all = partOf({ attributes }, "attributes");
    return Object.keys(all).map((name) => [name, partOf(all, name)]);
  }, [attributes]);
  const write = (next: readonly Attribute[]) =>
    onChange(put(body, "attributes", Object.fromEntries(next)));
  const nameOf = ([name, one]: Attribute) => said(labelIn(one)) || name;
  return (
    <FormPart title={t("profile.title")} hint={t("profile.hint")}>
      <KeyedList<Attribute>
        items={entries}
        onChange={write}
        nameOf={nameOf}
        error={problems.attributes}
        readonly={readonly}
      >
        {([name, one], change) => {
          const errorAt = (key: string) => problems[`attributes.${name}.${key}`];
          const set = (key: string, value: unknown) => change([name, put(one, key, value)]);
          return (
            <div className={styles.attribute}>
              <LabelBlank
                label={t("profile.label")}
                value={labelIn(one)}
                onChange={(next) => set("label", next)}
                error={errorAt("label") ?? problems[`attributes.${name}`]}
                readonly={readonly}
              />
              <ChoiceBlank
                label={t("profile.type")}
                value={textIn(one, "type")}
                options={TYPES.map((key) => ({ key, label: t(`profile.types.${key}`) }))}
                onChange={(next) =>
                  change([
                    name,
                    put(
                      OF_WORDS.includes(next) ? one : put(one, "options", undefined),
                      "type",
                      next,
                    ),
                  ])
                }
                error={errorAt("type")}
                readonly={readonly}
              />
              {OF_WORDS.includes(textIn(one, "type")) && (
                <WordsBlank
                  value={listIn<string>(one, "options")}
                  onChange={(next) => set("options", next)}
                  error={errorAt("options")}
                  readonly={readonly}
                />
              )}
            </div>
          );
        }}
      </KeyedList>
      {!readonly && (
        <AddNamed
          stem="attribute"
          label={t("profile.add")}
          hint={t("profile.add_hint")}
          taken={entries.map(([name]) => name)}
          onAdd={(name, label) => write([...entries, [name, { type: "text", label }]])}
        />
      )}
    </FormPart>
  );
}

interface WordsProps {
  value: string[];
  onChange: (next: string[] | undefined) => void;
  error?: string;
  readonly: boolean;
}

/** The words that may be chosen; the text stays as it is typed, a mark at its end included. */
function WordsBlank({ value, onChange, error, readonly }: WordsProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(value.join(t("state.between")));
  return (
    <label className={styles.choices}>
      {t("profile.options")}
      <TextBlank
        label={t("profile.options")}
        value={text}
        size={28}
        placeholder={t("profile.options_hint")}
        onChange={(next) => {
          setText(next);
          const words = next.split(MARK).flatMap((one) => (one.trim() ? [one.trim()] : []));
          onChange(words.length > 0 ? words : undefined);
        }}
        error={error}
        readonly={readonly}
      />
    </label>
  );
}
