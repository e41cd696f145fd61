/** Settings of fields that lead to other objects: relations, lists of children, lookups, roll-ups. */
import { useTranslation } from "react-i18next";
import { put, textIn } from "@/shared/definition/body";
import { useKnown } from "@/shared/definition/known";
import { Condition } from "@/shared/steps/Condition";
import { SelectField } from "@/shared/ui/SelectField";
import { useFieldsOf, useObjects } from "./around";
import type { SettingProps } from "./setting";
import type zh from "./zh-CN.json";

interface PickProps extends Pick<SettingProps, "field" | "set" | "errorAt" | "readonly"> {
  at: string;
  label: string;
  options: readonly { key: string; label: string }[];
  hint?: string;
}

/** One of several that must be chosen; what isn't known here stays as it is. */
function Pick({ at, label, options, hint, field, set, errorAt, readonly }: PickProps) {
  const { t } = useTranslation();
  const value = textIn(field, at);
  const known = value === "" || options.some((one) => one.key === value);
  return (
    <SelectField
      label={label}
      value={value}
      empty={value === "" ? t("form.choose") : undefined}
      options={known ? options : [...options, { key: value, label: value }]}
      hint={hint}
      error={errorAt(at)}
      disabled={readonly}
      onChange={(next) => set(at, next)}
    />
  );
}

export function RelationTarget(props: SettingProps) {
  const { t } = useTranslation();
  const objects = useObjects(props.body);
  return <Pick {...props} at="object" label={t("objects.set.object")} options={objects} />;
}

/** The list of the records of another object whose relation leads here. */
export function ChildrenSource(props: SettingProps) {
  const { t } = useTranslation();
  const { body, field, replace, errorAt, readonly } = props;
  const fieldsOf = useFieldsOf(body);
  const own = textIn(body, "object");
  const pairs = useObjects(body).flatMap((object) =>
    fieldsOf(object.key)
      .filter((one) => one.type === "relation" && one.object === own)
      .map((by) => ({ object, by })),
  );
  const here = [textIn(field, "object"), textIn(field, "by")];
  const value = here.every((one) => one !== "") ? here.join(".") : "";
  const options = pairs.map(({ object, by }) => ({
    key: `${object.key}.${by.key}`,
    label: t("objects.set.children_of", { object: object.label, by: by.label }),
  }));
  const known = value === "" || options.some((one) => one.key === value);
  return (
    <SelectField
      label={t("objects.set.children")}
      value={value}
      empty={value === "" ? t("form.choose") : undefined}
      options={known ? options : [...options, { key: value, label: value }]}
      hint={pairs.length === 0 ? t("objects.set.children_none") : undefined}
      error={errorAt("object") ?? errorAt("by")}
      disabled={readonly}
      onChange={(next) => {
        const [object, by] = next.split(".");
        replace(put(put(field, "object", object), "by", by));
      }}
    />
  );
}

export function LookupSource(props: SettingProps) {
  const { t } = useTranslation();
  const { body, field } = props;
  const fieldsOf = useFieldsOf(body);
  const relations = fieldsOf(textIn(body, "object")).filter((one) => one.type === "relation");
  const via = relations.find((one) => one.key === textIn(field, "via"));
  return (
    <>
      <Pick
        {...props}
        at="via"
        label={t("objects.set.via")}
        options={relations}
        hint={relations.length === 0 ? t("objects.set.via_none") : undefined}
      />
      <Pick
        {...props}
        at="field"
        label={t("objects.set.lookup_field")}
        options={via ? fieldsOf(via.object).filter((one) => one.type !== "children") : []}
      />
    </>
  );
}

type Fn = keyof typeof zh.objects.fn;

export function RollupSource(props: SettingProps) {
  const { t, i18n } = useTranslation();
  const { body, field, types, set, replace, errorAt, readonly } = props;
  const fieldsOf = useFieldsOf(body);
  const lists = fieldsOf(textIn(body, "object")).filter((one) => one.type === "children");
  const object = lists.find((one) => one.key === textIn(field, "of"))?.object ?? "";
  const fn = textIn(field, "fn") || "count";
  const nameOf = (one: string) =>
    i18n.exists(`objects.fn.${one}`) ? t(`objects.fn.${one as Fn}`) : one;
  return (
    <>
      <Pick
        {...props}
        at="of"
        label={t("objects.set.of")}
        options={lists}
        hint={lists.length === 0 ? t("objects.set.of_none") : undefined}
      />
      <SelectField
        label={t("objects.set.fn")}
        value={fn}
        options={types.fns.map((one) => ({ key: one, label: nameOf(one) }))}
        error={errorAt("fn")}
        disabled={readonly}
        onChange={(next) =>
          // A number of records asks for no field.
          replace(put(next === "count" ? put(field, "field", undefined) : field, "fn", next))
        }
      />
      {fn !== "count" && (
        <Pick
          {...props}
          at="field"
          label={t("objects.set.rollup_field")}
          options={fieldsOf(object).filter((one) => one.type !== "children")}
        />
      )}
      <Condition
        words={t("objects.set.where_words")}
        label={t("objects.set.where")}
        add={t("objects.set.where_add")}
        value={"where" in field ? textIn(field, "where") : undefined}
        onChange={(next) => set("where", next)}
        object={object}
        error={errorAt("where")}
        readonly={readonly}
      />
    </>
  );
}

export function PipelineSource(props: SettingProps) {
  const { t } = useTranslation();
  const pipelines = useKnown("pipeline", textIn(props.body, "object"));
  return (
    <Pick
      {...props}
      at="pipeline"
      label={t("objects.set.pipeline")}
      options={pipelines}
      hint={t("objects.set.pipeline_hint")}
    />
  );
}
