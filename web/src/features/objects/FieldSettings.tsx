/** The settings of one field: those that its type has, as the server tells them, and no others. */
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { labelIn, partOf, put, said, textIn } from "@/shared/definition/body";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import { SelectField } from "@/shared/ui/SelectField";
import { TextField } from "@/shared/ui/TextField";
import { FormulaSource, NumberFormat } from "./Computed";
import { DefaultSetting } from "./Default";
import { isFilled, typeOf } from "./fields";
import {
  ChildrenSource,
  LookupSource,
  PipelineSource,
  RelationTarget,
  RollupSource,
} from "./Links";
import { NumberField } from "./NumberField";
import styles from "./Objects.module.css";
import { OptionsSetting } from "./Options";
import type { SettingProps } from "./setting";
import { groupOf } from "./types";

type Part = [key: string, part: ComponentType<SettingProps>];

/** Some settings are asked for together, by the one that comes first. */
function partsOf({ facts, field }: SettingProps): Part[] {
  const has = (key: string) => facts.settings.includes(key);
  const isChoice = !has("value") || textIn(field, "result") === "choice";
  const parts: [string, boolean, ComponentType<SettingProps>][] = [
    ["by", has("by"), ChildrenSource],
    ["object", has("object") && !has("by"), RelationTarget],
    ["via", has("via"), LookupSource],
    ["of", has("of"), RollupSource],
    ["value", has("value"), FormulaSource],
    ["format", has("format"), NumberFormat],
    ["pipeline", has("pipeline"), PipelineSource],
    ["options", has("options") && isChoice, OwnChoices],
    ["items", has("items"), OwnItems],
  ];
  return parts.flatMap(([key, asked, part]): Part[] => (asked ? [[key, part]] : []));
}

function OwnChoices(props: SettingProps) {
  return <OptionsSetting {...props} at="options" />;
}

function OwnItems(props: SettingProps) {
  return <OptionsSetting {...props} at="items" />;
}

/** What a field of the type can't be without: asked for when the field is made as well. */
export function NeededSettings(props: SettingProps) {
  return (
    <div className={styles.grid}>
      {partsOf(props).map(([key, Part]) => (
        <Part key={key} {...props} />
      ))}
    </div>
  );
}

function Bounds({ field, facts, set, errorAt, readonly }: SettingProps) {
  const { t } = useTranslation();
  const group = groupOf(typeOf(field));
  const unit = group === "number" ? "number" : group === "file" ? "files" : "text";
  return (["min", "max"] as const)
    .filter((key) => facts.settings.includes(key))
    .map((key) => (
      <NumberField
        key={key}
        label={key === "min" ? t("objects.set.min") : t(`objects.max.${unit}`)}
        hint={typeOf(field) === "percent" ? t("objects.set.percent_hint") : undefined}
        value={field[key]}
        onChange={(next) => set(key, next)}
        error={errorAt(key)}
        readonly={readonly}
      />
    ));
}

function PatternSetting({ field, set, errorAt, readonly }: SettingProps) {
  const { t } = useTranslation();
  const pattern = partOf(field, "pattern");
  const match = textIn(pattern, "match");
  return (
    <>
      <TextField
        label={t("objects.set.pattern")}
        value={match}
        placeholder="[A-Z]{2}\d{4}"
        hint={t("objects.set.pattern_hint")}
        error={errorAt("pattern.match") ?? errorAt("pattern")}
        readOnly={readonly}
        spellCheck={false}
        onChange={(next) =>
          set(
            "pattern",
            next === ""
              ? undefined
              : put<Record<string, unknown>>({ hint: {}, ...pattern }, "match", next),
          )
        }
        maxLength={200}
      />
      {match !== "" && (
        <div className={styles.wide}>
          <span className={styles.caption}>{t("objects.set.pattern_told")}</span>
          <LabelBlank
            label={t("objects.set.pattern_told")}
            value={labelIn(pattern, "hint")}
            onChange={(next) => set("pattern", put(pattern, "hint", next))}
            error={errorAt("pattern.hint")}
            readonly={readonly}
          />
        </div>
      )}
    </>
  );
}

const FLAGS = ["core", "required", "unique", "index"] as const;

interface FlagsProps extends SettingProps {
  /** Whether a search looks into it; null where it can't. */
  search: boolean | null;
  onSearch: (on: boolean) => void;
}

function Flags({ field, facts, set, errorAt, readonly, search, onSearch }: FlagsProps) {
  const { t } = useTranslation();
  const may = FLAGS.filter(
    (one) => facts.settings.includes(one) && !(one === "required" && isFilled(field)),
  );
  const boxes = [
    ...may.map((key) => ({
      key,
      on: field[key] === true,
      set: (on: boolean) => set(key, on || undefined),
      error: errorAt(key),
    })),
    ...(search === null
      ? []
      : [{ key: "search" as const, on: search, set: onSearch, error: undefined }]),
  ];
  return (
    <div className={styles.flags}>
      {boxes.map((one) => (
        <label key={one.key} className={styles.flag}>
          <input
            type="checkbox"
            checked={one.on}
            disabled={readonly}
            aria-invalid={one.error !== undefined}
            onChange={(event) => one.set(event.target.checked)}
          />
          <span>
            {t(`objects.flag.${one.key}`)}
            <small>{t(`objects.flag_hint.${one.key}`)}</small>
            {one.error && (
              <small className={styles.error} role="alert">
                {one.error}
              </small>
            )}
          </span>
        </label>
      ))}
    </div>
  );
}

/** In which section of the form it stands, where the object has some. */
function SectionSetting({ body, field, set, errorAt, readonly }: SettingProps) {
  const { t } = useTranslation();
  const sections = partOf(body, "sections");
  const here = textIn(field, "section");
  const options = Object.keys(sections).map((key) => {
    const label = labelIn(partOf(sections, key));
    return { key, label: said(label) || key };
  });
  if (options.length === 0 && here === "" && !errorAt("section")) return null;
  const known = here === "" || options.some((one) => one.key === here);
  return (
    <SelectField
      label={t("objects.set.section")}
      value={here}
      empty={t("objects.set.section_none")}
      options={known ? options : [...options, { key: here, label: here }]}
      hint={field.core === true ? t("objects.set.section_core") : undefined}
      error={errorAt("section")}
      disabled={readonly}
      onChange={(next) => set("section", next || undefined)}
    />
  );
}

/** Which choice beside an amount says its currency, where the object has one. */
function CurrencySetting({ body, field, set, errorAt, readonly }: SettingProps) {
  const { t } = useTranslation();
  const fields = partOf(body, "fields");
  const here = textIn(field, "currency");
  const choices = Object.keys(fields).filter((key) => typeOf(partOf(fields, key)) === "choice");
  const keys = here === "" || choices.includes(here) ? choices : [...choices, here];
  if (keys.length === 0) return null;
  return (
    <SelectField
      label={t("objects.set.currency")}
      value={here}
      empty={t("objects.set.currency_none")}
      options={keys.map((key) => ({ key, label: said(labelIn(partOf(fields, key))) || key }))}
      hint={t("objects.set.currency_hint")}
      error={errorAt("currency")}
      disabled={readonly}
      onChange={(next) => set("currency", next || undefined)}
    />
  );
}

export function FieldSettings(props: FlagsProps) {
  const { field, facts } = props;
  const has = (key: string) => facts.settings.includes(key);
  return (
    <>
      <NeededSettings {...props} />
      <Flags {...props} />
      <div className={styles.grid}>
        <SectionSetting {...props} />
        <Bounds {...props} />
        {has("currency") && <CurrencySetting {...props} />}
        {has("pattern") && <PatternSetting {...props} />}
        {has("default") && !isFilled(field) && <DefaultSetting {...props} />}
      </div>
    </>
  );
}
