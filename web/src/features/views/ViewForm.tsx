/** A view of a list as sentences: of which object, which records, in which order, with which columns. */
import { useTranslation } from "react-i18next";
import { ObjectBlank, PositionBlank } from "@/shared/definition/blanks";
import { put, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ExpressionField } from "@/shared/expression/ExpressionField";
import { FormPart } from "@/shared/sentence/FormPart";
import { Sentence } from "@/shared/sentence/Sentence";
import { ColumnsPart, OrderPart } from "./parts";

export function ViewForm(props: DefinitionFormProps) {
  const { body, onChange, problems, readonly } = props;
  const { t } = useTranslation();
  return (
    <>
      <FormPart title={t("viewform.where")} hint={t("viewform.where_hint")}>
        <Sentence
          words={t("viewform.says_where")}
          blanks={{ object: <ObjectBlank {...props} />, position: <PositionBlank {...props} /> }}
        />
      </FormPart>
      <FormPart title={t("viewform.which")}>
        <ExpressionField
          label={t("viewform.which")}
          object={textIn(body, "on")}
          expect="bool"
          value={textIn(body, "filter")}
          placeholder={t("viewform.all")}
          onChange={(next) => onChange(put(body, "filter", next || undefined))}
          error={problems.filter}
          readonly={readonly}
        />
      </FormPart>
      <OrderPart {...props} />
      <ColumnsPart
        {...props}
        title={t("viewform.columns")}
        hint={t("viewform.columns_hint")}
        add={t("viewform.add")}
      />
    </>
  );
}
