/** An operation as sentences: when it may be done, what is asked, how much one may do, and what is done. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ObjectBlank, PositionBlank } from "@/shared/definition/blanks";
import { labelIn, listIn, partOf, put, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { FormPart } from "@/shared/sentence/FormPart";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import { Sentence } from "@/shared/sentence/Sentence";
import { Condition } from "@/shared/steps/Condition";
import { Optional } from "@/shared/steps/Optional";
import { typesOf, type Roots, type Step } from "@/shared/steps/model";
import { StepsEditor } from "@/shared/steps/StepsEditor";
import { Inputs } from "./Inputs";
import { Limits } from "./Limits";
import { Names } from "./Names";

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

function Who(props: DefinitionFormProps) {
  const { body, onChange, problems, readonly } = props;
  const { t } = useTranslation();
  const object = textIn(body, "on");
  return (
    <FormPart title={t("operationform.who")} hint={t("operationform.who_hint")}>
      <Sentence
        words={t("operationform.says_object")}
        blanks={{
          object: <ObjectBlank {...props} />,
          position: <PositionBlank {...props} />,
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
      <Names {...props} />
      <Optional
        there={"confirm" in body || problems.confirm !== undefined}
        add={t("operationform.add_confirm")}
        onAdd={() => onChange(put(body, "confirm", {}))}
        remove={{
          name: t("operationform.confirm"),
          onClick: () => onChange(put(body, "confirm", undefined)),
        }}
        readonly={readonly}
      >
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
      </Optional>
    </FormPart>
  );
}
