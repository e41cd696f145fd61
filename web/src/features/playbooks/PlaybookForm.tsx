/** A playbook: when it is shown, and what to say at each contact, as sections of things to say, ask and answer. */
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { ObjectBlank, PositionBlank, WhenField } from "@/shared/definition/blanks";
import { put, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { Sentence } from "@/shared/sentence/Sentence";
import { Contacts } from "./Contacts";

function WhichPart(props: DefinitionFormProps) {
  const { body, onChange, problems, readonly } = props;
  const { t } = useTranslation();
  const on = textIn(body, "on");
  const operations = useObject(on)?.operations ?? [];
  return (
    <FormPart title={t("playbooks.which")}>
      <Sentence
        words={t("playbooks.which_is")}
        blanks={{
          object: <ObjectBlank {...props} onChange={(next) => onChange(put(next, "beside", ""))} />,
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
      <WhenField {...props} none={t("playbooks.when_none")} />
      <Sentence
        words={t("playbooks.position_is")}
        blanks={{
          position: <PositionBlank {...props} />,
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
