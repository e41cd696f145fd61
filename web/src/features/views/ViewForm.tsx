/** A view of a list as sentences: of which object, which records, in which order, with which columns. */
import { useTranslation } from "react-i18next";
import { ObjectBlank, PositionBlank } from "@/shared/definition/blanks";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { FormPart } from "@/shared/sentence/FormPart";
import { Sentence } from "@/shared/sentence/Sentence";
import { ColumnsPart, OrderPart, RecordsPart } from "./parts";

export function ViewForm(props: DefinitionFormProps) {
  const { t } = useTranslation();
  return (
    <>
      <FormPart title={t("viewform.where")} hint={t("viewform.where_hint")}>
        <Sentence
          words={t("viewform.says_where")}
          blanks={{ object: <ObjectBlank {...props} />, position: <PositionBlank {...props} /> }}
        />
      </FormPart>
      <RecordsPart {...props} />
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
