/** An operation as sentences: when it may be done, what is asked, how much one may do, and what is done. */
import { Plus, X } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { labelIn, listIn, numberIn, partOf, put, textIn } from "@/shared/definition/body";
import { useObjectChoices } from "@/shared/definition/choices";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ChoiceBlank, NumberBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import { Sentence } from "@/shared/sentence/Sentence";
import { Condition } from "@/shared/steps/Condition";
import { typesOf, type Roots, type Step } from "@/shared/steps/model";
import { StepsEditor } from "@/shared/steps/StepsEditor";
import { Button } from "@/shared/ui/Button";
import { Inputs } from "./Inputs";
import { Limits } from "./Limits";
import styles from "./Operation.module.css";

export function OperationForm(props: DefinitionFormProps) {
  const { body, onChange, problems, readonly } = props;
  const { t } = useTranslation();
  const input = body.input;
  const roots = useMemo((): Roots => {
    const fields = Object.entries(partOf({ input }, "input")) as [string, { type?: string }][];
    return { input: typesOf(fields) };
  }, [input]);
  return (
    <>
      <Who {...props} />
      <FormPart title={t("operationform.input")} hint={t("operationform.input_hint")}>
        <Inputs {...props} />
      </FormPart>
      <FormPart title={t("operationform.limits")}>
        <Limits {...props} />
      </FormPart>
      <FormPart title={t("operationform.steps")}>
        <StepsEditor
          object={textIn(body, "on")}
          roots={roots}
          steps={listIn<Step>(body, "do")}
          onChange={(next) => onChange(put(body, "do", next))}
          at="do"
          problems={problems}
          readonly={readonly}
        />
      </FormPart>
    </>
  );
}

function Who({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const objects = useObjectChoices();
  const object = textIn(body, "on");
  return (
    <FormPart title={t("operationform.who")} hint={t("operationform.who_hint")}>
      <Sentence
        words={t("operationform.says_object")}
        blanks={{
          object: (
            <ChoiceBlank
              label={t("operationform.object")}
              value={object}
              empty={t("form.choose")}
              options={objects}
              onChange={(next) => onChange(put(body, "on", next))}
              error={problems.on}
              readonly={readonly}
            />
          ),
          position: (
            <NumberBlank
              label={t("operationform.position")}
              value={numberIn(body, "position")}
              usual={100}
              onChange={(next) => onChange(put(body, "position", next ?? undefined))}
              error={problems.position}
              readonly={readonly}
            />
          ),
        }}
      />
      <Condition
        words={t("operationform.says_only")}
        label={t("operationform.only")}
        add={t("operationform.add_only")}
        value={typeof body.only === "string" ? body.only : undefined}
        onChange={(next) => onChange(put(body, "only", next))}
        object={object}
        error={problems.only}
        readonly={readonly}
      />
      {"confirm" in body || problems.confirm ? (
        <div className={styles.line}>
          <Sentence
            words={t("operationform.says_confirm")}
            blanks={{
              text: (
                <LabelBlank
                  label={t("operationform.confirm")}
                  value={labelIn(body, "confirm")}
                  onChange={(next) => onChange(put(body, "confirm", next))}
                  error={problems.confirm}
                  readonly={readonly}
                />
              ),
            }}
          />
          {!readonly && (
            <Button
              look="ghost"
              icon={<X size={15} />}
              aria-label={t("sentence.remove", { name: t("operationform.confirm") })}
              onClick={() => onChange(put(body, "confirm", undefined))}
            />
          )}
        </div>
      ) : (
        !readonly && (
          <div>
            <Button
              look="ghost"
              icon={<Plus size={15} />}
              onClick={() => onChange(put(body, "confirm", {}))}
            >
              {t("operationform.add_confirm")}
            </Button>
          </div>
        )
      )}
    </FormPart>
  );
}
