/** A playbook: when it is shown, and what to say at each contact, as sections of things to say, ask and answer. */
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { numberIn, put, textIn } from "@/shared/definition/body";
import { useObjectChoices } from "@/shared/definition/choices";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ExpressionField } from "@/shared/expression/ExpressionField";
import { ChoiceBlank, NumberBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { Sentence } from "@/shared/sentence/Sentence";
import { Contacts } from "./Contacts";

/** The place of a playbook that says nothing of it. */
const USUAL_POSITION = 100;

function WhichPart({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const objects = useObjectChoices();
  const on = textIn(body, "on");
  const operations = useObject(on)?.operations ?? [];
  return (
    <FormPart title={t("playbooks.which")}>
      <Sentence
        words={t("playbooks.which_is")}
        blanks={{
          object: (
            <ChoiceBlank
              label={t("playbooks.object")}
              value={on}
              empty={t("form.choose")}
              options={objects}
              error={problems.on}
              readonly={readonly}
              onChange={(next) => onChange(put(put(body, "on", next), "beside", ""))}
            />
          ),
          operation: (
            <ChoiceBlank
              label={t("playbooks.operation")}
              value={textIn(body, "beside")}
              empty={t("form.choose")}
              options={operations.map(({ name, label }) => ({ key: name, label }))}
              error={problems.beside}
              readonly={readonly}
              onChange={(next) => onChange(put(body, "beside", next))}
            />
          ),
        }}
      />
      <ExpressionField
        label={t("playbooks.when")}
        object={on}
        expect="bool"
        value={textIn(body, "when")}
        placeholder={t("playbooks.when_none")}
        error={problems.when}
        readonly={readonly}
        onChange={(next) => onChange(put(body, "when", next || undefined))}
      />
      <Sentence
        words={t("playbooks.position_is")}
        blanks={{
          position: (
            <NumberBlank
              label={t("playbooks.position")}
              value={numberIn(body, "position")}
              usual={USUAL_POSITION}
              error={problems.position}
              readonly={readonly}
              onChange={(next) => onChange(put(body, "position", next ?? undefined))}
            />
          ),
        }}
      />
    </FormPart>
  );
}

export function PlaybookForm(props: DefinitionFormProps) {
  return (
    <>
      <WhichPart {...props} />
      <Contacts {...props} />
    </>
  );
}
