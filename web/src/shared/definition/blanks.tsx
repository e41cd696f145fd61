/** The blanks that the forms of many kinds have: of which object, at which place in the order, for which records. */
import { useTranslation } from "react-i18next";
import { ExpressionField } from "@/shared/expression/ExpressionField";
import { ChoiceBlank, NumberBlank } from "@/shared/sentence/blanks";
import { numberIn, put, textIn } from "./body";
import { useObjectChoices } from "./choices";
import type { DefinitionFormProps } from "./form";

/** The place of a definition that says nothing of it. */
export const USUAL_POSITION = 100;

export function ObjectBlank({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  return (
    <ChoiceBlank
      label={t("sentence.object")}
      value={textIn(body, "on")}
      empty={t("form.choose")}
      options={useObjectChoices()}
      onChange={(next) => onChange(put(body, "on", next))}
      error={problems.on}
      readonly={readonly}
    />
  );
}

export function PositionBlank({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  return (
    <NumberBlank
      label={t("sentence.position")}
      value={numberIn(body, "position")}
      usual={USUAL_POSITION}
      onChange={(next) => onChange(put(body, "position", next ?? undefined))}
      error={problems.position}
      readonly={readonly}
    />
  );
}

/** The condition that records meet; `none` says what holds while there is none. */
export function WhenField(props: DefinitionFormProps & { label?: string; none: string }) {
  const { body, onChange, problems, readonly, label, none } = props;
  const { t } = useTranslation();
  return (
    <ExpressionField
      label={label ?? t("sentence.when")}
      object={textIn(body, "on")}
      expect="bool"
      value={textIn(body, "when")}
      placeholder={none}
      onChange={(next) => onChange(put(body, "when", next || undefined))}
      error={problems.when}
      readonly={readonly}
    />
  );
}
