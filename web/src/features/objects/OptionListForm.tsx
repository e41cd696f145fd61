/** A list of options that several fields share. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { partOf, put, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { FormPart } from "@/shared/sentence/FormPart";
import { publishedListQuery } from "./api";
import { OptionList } from "./OptionList";
import styles from "./Objects.module.css";

export function OptionListForm({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const published = useQuery(publishedListQuery(textIn(body, "options"))).data;
  return (
    <FormPart title={t("objects.list.title")} hint={t("objects.list.hint")}>
      {problems.values && (
        <p className={styles.error} role="alert">
          {problems.values}
        </p>
      )}
      <OptionList
        written={body.values}
        published={Object.keys(partOf(published?.body ?? {}, "values"))}
        onChange={(next) => onChange(put(body, "values", next))}
        errorAt={(key) => problems[`values.${key}`]}
        colored
        readonly={readonly}
      />
    </FormPart>
  );
}
