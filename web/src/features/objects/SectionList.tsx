/** The groups in which a form shows the fields: in their order, each with its name. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { labelIn, partOf, put, said } from "@/shared/definition/body";
import type { DefinitionBody, DefinitionFormProps } from "@/shared/definition/form";
import { AddNamed } from "@/shared/sentence/AddNamed";
import { KeyedList } from "@/shared/sentence/KeyedList";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import { fieldsOf, withField } from "./fields";
import styles from "./Objects.module.css";

type Section = [key: string, written: unknown];

/** With other sections; fields of one that is gone have none. */
export function withSections(body: DefinitionBody, sections: readonly Section[]): DefinitionBody {
  const kept = Object.fromEntries(sections);
  const next = put(body, "sections", sections.length > 0 ? kept : undefined);
  return fieldsOf(body)
    .filter(([, field]) => typeof field.section === "string" && !(field.section in kept))
    .reduce((one, [name, field]) => withField(one, name, put(field, "section", undefined)), next);
}

export function SectionList({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const { sections } = body;
  const entries = useMemo(
    (): Section[] => Object.entries(partOf({ sections }, "sections")),
    [sections],
  );
  const labelOf = (written: unknown) => labelIn(partOf({ written }, "written"));
  const count = (key: string) => fieldsOf(body).filter(([, one]) => one.section === key).length;
  return (
    <div className={styles.options}>
      <KeyedList<Section>
        items={entries}
        onChange={(next) => onChange(withSections(body, next))}
        nameOf={([key, written]) => said(labelOf(written)) || key}
        error={problems.sections}
        readonly={readonly}
      >
        {([key, written], change) => (
          <div className={styles.option}>
            <LabelBlank
              label={t("objects.section_label")}
              value={labelOf(written)}
              onChange={(next) => change([key, put(partOf({ written }, "written"), "label", next)])}
              error={problems[`sections.${key}.label`] ?? problems[`sections.${key}`]}
              readonly={readonly}
            />
            <span className={styles.hint}>{t("objects.section_count", { count: count(key) })}</span>
          </div>
        )}
      </KeyedList>
      {!readonly && (
        <AddNamed
          stem="section"
          label={t("objects.section_add")}
          hint={t("objects.section_add_hint")}
          taken={entries.map(([key]) => key)}
          onAdd={(key, label) => onChange(withSections(body, [...entries, [key, { label }]]))}
        />
      )}
    </div>
  );
}
