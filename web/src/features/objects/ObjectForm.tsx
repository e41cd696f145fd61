/** An object: what names a record of it, its fields, the groups of its form, and when two records are the same. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "@tanstack/react-router";
import { useCatalog, useMe } from "@/shared/api/queries";
import { labelIn, numberIn, put, said, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { mayWrite } from "@/shared/definition/rights";
import { FormPart } from "@/shared/sentence/FormPart";
import { OBJECT_ICONS, ObjectIcon } from "@/shared/ui/ObjectIcon";
import { SelectField } from "@/shared/ui/SelectField";
import { ErrorState, Skeleton } from "@/shared/ui/States";
import { fieldTypesQuery, type FieldTypes } from "./api";
import { Checks } from "./Checks";
import { Duplicates } from "./Duplicates";
import { FieldList } from "./FieldList";
import { fieldsOf, typeOf } from "./fields";
import { NumberField } from "./NumberField";
import styles from "./Objects.module.css";
import { SectionList } from "./SectionList";
import type zh from "./zh-CN.json";

export function ObjectForm(props: DefinitionFormProps) {
  const { t } = useTranslation();
  const types = useQuery(fieldTypesQuery);
  if (types.isPending) return <Skeleton lines={8} />;
  if (!types.data) {
    return <ErrorState error={types.error} onRetry={() => void types.refetch()} />;
  }
  return (
    <>
      <About {...props} types={types.data} />
      <FormPart title={t("objects.fields")} hint={t("objects.fields_hint")}>
        <FieldList {...props} types={types.data} />
      </FormPart>
      <FormPart title={t("objects.sections")} hint={t("objects.sections_hint")}>
        <SectionList {...props} />
      </FormPart>
      <FormPart title={t("objects.duplicates")} hint={t("objects.duplicates_hint")}>
        <Duplicates {...props} />
      </FormPart>
      <FormPart title={t("objects.checks")} hint={t("objects.checks_hint")}>
        <Checks {...props} />
      </FormPart>
    </>
  );
}

type Icon = keyof typeof zh.objects.icon;

function About(props: DefinitionFormProps & { types: FieldTypes }) {
  const { body, onChange, problems, readonly, types } = props;
  const { t, i18n } = useTranslation();
  const rights = useMe()?.permissions;
  const setsRoles = rights !== undefined && mayWrite(rights, "role");
  const isThere = useCatalog()?.objects.some((one) => one.name === textIn(body, "object"));
  const stored = new Set(types.items.filter((one) => one.stored).map((one) => one.type));
  const title = textIn(body, "title");
  const icon = textIn(body, "icon");
  const titles = fieldsOf(body)
    .filter(([name, field]) => stored.has(typeOf(field)) || name === title)
    .map(([name, field]) => ({ key: name, label: said(labelIn(field)) || name }));
  const nameOf = (one: string) =>
    i18n.exists(`objects.icon.${one}`) ? t(`objects.icon.${one as Icon}`) : one;
  return (
    <FormPart title={t("objects.about")}>
      <div className={styles.grid}>
        <SelectField
          label={t("objects.title")}
          hint={t("objects.title_hint")}
          value={title}
          empty={title === "" ? t("form.choose") : undefined}
          options={titles}
          error={problems.title}
          disabled={readonly}
          onChange={(next) => onChange(put(body, "title", next))}
        />
        <div className={styles.icon}>
          <SelectField
            label={t("objects.icon_label")}
            value={icon}
            empty={t("objects.icon_usual")}
            options={Object.keys(OBJECT_ICONS).map((one) => ({ key: one, label: nameOf(one) }))}
            error={problems.icon}
            disabled={readonly}
            onChange={(next) => onChange(put(body, "icon", next || undefined))}
          />
          <ObjectIcon name={icon} size={20} />
        </div>
        <NumberField
          label={t("objects.position")}
          hint={t("objects.position_hint")}
          value={numberIn(body, "position") ?? undefined}
          error={problems.position}
          readonly={readonly}
          onChange={(next) => onChange(put(body, "position", next))}
        />
      </div>
      {problems.search && (
        <p className={styles.error} role="alert">
          {problems.search}
        </p>
      )}
      {isThere === false && (
        <p className={styles.hint}>
          {t(setsRoles ? "objects.new_hint" : "objects.new_hint_ask")}{" "}
          {setsRoles && (
            <Link to="/setup/$kind" params={{ kind: "role" }}>
              {t("objects.new_roles")}
            </Link>
          )}
        </p>
      )}
    </FormPart>
  );
}
