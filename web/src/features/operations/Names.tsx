/** What an operation is called where it does something else with a record than its name says. */
import { useTranslation } from "react-i18next";
import { labelIn, listIn, put, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ExpressionField } from "@/shared/expression/ExpressionField";
import { KeyedList } from "@/shared/sentence/KeyedList";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import { Sentence } from "@/shared/sentence/Sentence";

type Named = Record<string, unknown>;

export function Names({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  return (
    <KeyedList
      items={listIn<Named>(body, "named")}
      onChange={(next) => onChange(put(body, "named", next.length > 0 ? next : undefined))}
      nameOf={(_, at) => t("operationform.name", { number: at + 1 })}
      add={{ label: t("operationform.add_name"), make: () => ({ when: "", label: {} }) }}
      error={problems.named}
      readonly={readonly}
    >
      {(named, change, at) => (
        <Sentence
          words={t("operationform.says_name")}
          blanks={{
            when: (
              <ExpressionField
                label={t("operationform.name_when")}
                object={textIn(body, "on")}
                expect="bool"
                value={textIn(named, "when")}
                onChange={(next) => change(put(named, "when", next))}
                error={problems[`named[${at}].when`]}
                readonly={readonly}
              />
            ),
            label: (
              <LabelBlank
                label={t("operationform.name_label")}
                value={labelIn(named)}
                onChange={(next) => change(put(named, "label", next))}
                error={problems[`named[${at}].label`]}
                readonly={readonly}
              />
            ),
          }}
        />
      )}
    </KeyedList>
  );
}
