/** What must hold of every record, and what is told where it doesn't. */
import { useTranslation } from "react-i18next";
import { labelIn, listIn, put, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ExpressionField } from "@/shared/expression/ExpressionField";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { KeyedList } from "@/shared/sentence/KeyedList";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import { Sentence } from "@/shared/sentence/Sentence";
import { useFieldsOf } from "./around";
import styles from "./Objects.module.css";

type Check = Record<string, unknown>;

export function Checks({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const own = textIn(body, "object");
  const fields = useFieldsOf(body)(own);
  return (
    <KeyedList<Check>
      items={listIn<Check>(body, "checks")}
      onChange={(next) => onChange(put(body, "checks", next.length > 0 ? next : undefined))}
      nameOf={(_, at) => t("objects.check", { number: at + 1 })}
      add={{ label: t("objects.check_add"), make: () => ({ check: "", message: {} }) }}
      error={problems.checks}
      readonly={readonly}
    >
      {(check, change, at) => {
        const errorAt = (key: string) => problems[`checks[${at}].${key}`];
        return (
          <>
            <div className={styles.wide}>
              <span className={styles.caption}>{t("objects.check_holds")}</span>
              <ExpressionField
                label={t("objects.check_holds")}
                object={own}
                expect="bool"
                value={textIn(check, "check")}
                onChange={(next) => change(put(check, "check", next))}
                error={errorAt("check")}
                readonly={readonly}
              />
            </div>
            <LabelBlank
              label={t("objects.check_message")}
              value={labelIn(check, "message")}
              onChange={(next) => change(put(check, "message", next))}
              error={errorAt("message")}
              readonly={readonly}
            />
            <Sentence
              words={t("objects.check_at")}
              blanks={{
                field: (
                  <ChoiceBlank
                    label={t("objects.check_field")}
                    value={textIn(check, "field")}
                    empty={t("objects.check_whole")}
                    options={fields}
                    onChange={(next) => change(put(check, "field", next || undefined))}
                    error={errorAt("field")}
                    readonly={readonly}
                  />
                ),
              }}
            />
          </>
        );
      }}
    </KeyedList>
  );
}
