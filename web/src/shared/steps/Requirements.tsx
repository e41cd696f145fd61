/** What must hold before something may be done: filled fields, or a condition, each with words of its own. */
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { labelIn, listIn, put, textIn } from "@/shared/definition/body";
import { ExpressionField } from "@/shared/expression/ExpressionField";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { KeyedList } from "@/shared/sentence/KeyedList";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import { Sentence } from "@/shared/sentence/Sentence";
import { SeveralBlank } from "@/shared/sentence/SeveralBlank";
import type { Roots } from "./model";
import { Optional } from "./Optional";

type Requirement = Record<string, unknown>;

interface RequirementsProps {
  items: Requirement[];
  onChange: (next: Requirement[]) => void;
  object: string;
  roots?: Roots;
  /** Where the list stands in the body. */
  at: string;
  problems: Record<string, string>;
  readonly: boolean;
}

export function Requirements(props: RequirementsProps) {
  const { items, onChange, object, roots, at, problems, readonly } = props;
  const { t } = useTranslation();
  const fields = useObject(object)?.fields ?? [];
  return (
    <KeyedList
      items={items}
      onChange={onChange}
      nameOf={(_, n) => t("steps.requirement", { number: n + 1 })}
      add={{ label: t("steps.add_requirement"), make: () => ({ kind: "field", fields: [] }) }}
      readonly={readonly}
    >
      {(item, change, n) => {
        const place = `${at}[${n}]`;
        const isField = textIn(item, "kind") !== "expression";
        const error = problems[`${place}.${isField ? "fields" : "check"}`] ?? problems[place];
        return (
          <>
            <Sentence
              words={t(isField ? "steps.says_filled" : "steps.says_holds")}
              blanks={{
                kind: (
                  <ChoiceBlank
                    label={t("steps.requirement_kind")}
                    value={isField ? "field" : "expression"}
                    options={[
                      { key: "field", label: t("steps.kind_field") },
                      { key: "expression", label: t("steps.kind_expression") },
                    ]}
                    onChange={(kind) => change(put(item, "kind", kind))}
                    readonly={readonly}
                  />
                ),
                fields: (
                  <SeveralBlank
                    label={t("steps.kind_field")}
                    value={listIn<string>(item, "fields")}
                    options={fields.map(({ name, label }) => ({ key: name, label }))}
                    onChange={(next) => change(put(item, "fields", next))}
                    readonly={readonly}
                    error={error}
                  />
                ),
                check: (
                  <ExpressionField
                    label={t("steps.kind_expression")}
                    object={object}
                    roots={roots}
                    expect="bool"
                    value={textIn(item, "check")}
                    onChange={(next) => change(put(item, "check", next))}
                    readonly={readonly}
                    error={error}
                  />
                ),
              }}
            />
            <Optional
              there={!isField || "label" in item || `${place}.label` in problems}
              add={t("steps.add_missing")}
              readonly={readonly}
            >
              <Sentence
                words={t("steps.says_missing")}
                blanks={{
                  label: (
                    <LabelBlank
                      label={t("steps.missing_text")}
                      value={labelIn(item)}
                      onChange={(next) =>
                        change(put(item, "label", Object.keys(next).length ? next : undefined))
                      }
                      readonly={readonly}
                      error={problems[`${place}.label`]}
                    />
                  ),
                }}
              />
            </Optional>
          </>
        );
      }}
    </KeyedList>
  );
}
