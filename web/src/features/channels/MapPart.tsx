/** Which place of a foreign payload each field comes from, and what foreign values mean here. */
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Field } from "@/shared/api/types";
import { partOf, putIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ChoiceBlank, TextBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { Button } from "@/shared/ui/Button";
import styles from "./Channels.module.css";
import { choicesOf } from "./fields";
import { BAR, pathsOf, readSource, writeSource, type Source } from "./source";
import { ValueBlank } from "./ValuesList";

interface RowProps {
  name: string;
  field: Field | undefined;
  raw: unknown;
  problems: Record<string, string>;
  readonly: boolean;
  onChange: (raw: unknown) => void;
}

function Translations({
  field,
  source,
  problems,
  name,
  readonly,
  set,
}: {
  field: Field | undefined;
  source: Source;
  problems: Record<string, string>;
  name: string;
  readonly: boolean;
  set: (part: Partial<Source>) => void;
}) {
  const { t } = useTranslation();
  const label = field?.label ?? name;
  const change = (at: number, pair: [string, string]) =>
    set({ values: source.values.map((one, i) => (i === at ? pair : one)) });
  return (
    <div className={styles.values}>
      {source.values.map(([theirs, ours], at) => (
        <div key={at} className={styles.row}>
          <TextBlank
            label={t("channel.theirs", { field: label })}
            placeholder={t("channel.theirs_short")}
            value={theirs}
            readonly={readonly}
            onChange={(next) => change(at, [next, ours])}
          />
          <span aria-hidden>→</span>
          <ValueBlank
            label={t("channel.ours", { field: label })}
            field={field}
            value={ours}
            error={problems[`map.${name}.values.${theirs}`]}
            readonly={readonly}
            onChange={(next) => change(at, [theirs, next])}
          />
          {!readonly && (
            <Button
              look="ghost"
              icon={<X size={15} />}
              aria-label={t("channel.take_away", { name: theirs })}
              onClick={() => set({ values: source.values.filter((_, i) => i !== at) })}
            />
          )}
        </div>
      ))}
      {source.values.length > 0 && (
        <div className={styles.row}>
          <span className={styles.mute}>{t("channel.else")}</span>
          <ValueBlank
            label={t("channel.else_of", { field: label })}
            field={field}
            value={source.other}
            empty={t("channel.else_none")}
            error={problems[`map.${name}.else`]}
            readonly={readonly}
            onChange={(other) => set({ other })}
          />
        </div>
      )}
      {!readonly && !source.values.some(([theirs]) => theirs === "") && (
        <Button
          look="ghost"
          icon={<Plus size={15} />}
          aria-label={t("channel.translate_of", { field: label })}
          onClick={() => set({ values: [...source.values, ["", ""]] })}
        >
          {t("channel.translate")}
        </Button>
      )}
    </div>
  );
}

function MapRow({ name, field, raw, problems, readonly, onChange }: RowProps) {
  const { t } = useTranslation();
  const source = readSource(raw);
  // What is typed keeps its bars and blanks; the definition has the places alone.
  const [text, setText] = useState(source.paths.join(` ${BAR} `));
  const label = field?.label ?? name;
  const set = (part: Partial<Source>) => onChange(writeSource({ ...source, ...part }));
  const wrong = problems[`map.${name}`] ?? problems[`map.${name}.from`];
  return (
    <div className={styles.mapRow}>
      <strong>{label}</strong>
      <div className={styles.stack}>
        <div className={styles.row}>
          <ChoiceBlank
            label={t("channel.how", { field: label })}
            value={source.how}
            options={(["path", "value"] as const).map((key) => ({
              key,
              label: t(`channel.how_${key}`),
            }))}
            readonly={readonly}
            onChange={(how) => set({ how: how === "value" ? "value" : "path" })}
          />
          {source.how === "path" ? (
            <TextBlank
              label={t("channel.path", { field: label })}
              placeholder="data.user.phone"
              size={26}
              value={text}
              error={wrong}
              readonly={readonly}
              onChange={(next) => {
                setText(next);
                set({ paths: pathsOf(next) });
              }}
            />
          ) : (
            <ValueBlank
              label={label}
              field={field}
              value={source.value}
              error={wrong ?? problems[`map.${name}.value`]}
              readonly={readonly}
              onChange={(value) => set({ value })}
            />
          )}
        </div>
        {source.how === "path" && (
          <Translations
            field={field}
            source={source}
            problems={problems}
            name={name}
            readonly={readonly}
            set={set}
          />
        )}
      </div>
      {!readonly && (
        <Button
          look="ghost"
          icon={<X size={15} />}
          aria-label={t("channel.take_away", { name: label })}
          onClick={() => onChange(undefined)}
        />
      )}
    </div>
  );
}

export function MapPart(props: DefinitionFormProps & { fields: readonly Field[] }) {
  const { body, onChange, problems, readonly, fields } = props;
  const { t } = useTranslation();
  const map = partOf(body, "map");
  const free = fields.filter((field) => !(field.name in map));
  // A form names the fields itself, so there is nothing to map.
  if (body.form !== undefined && Object.keys(map).length === 0) return null;
  return (
    <FormPart title={t("channel.map")} hint={t("channel.map_hint")}>
      {Object.entries(map).map(([name, raw]) => (
        <MapRow
          key={name}
          name={name}
          field={fields.find((one) => one.name === name)}
          raw={raw}
          problems={problems}
          readonly={readonly}
          onChange={(next) => onChange(putIn(body, "map", name, next))}
        />
      ))}
      {Object.keys(map).length === 0 && <p className={styles.mute}>{t("channel.no_map")}</p>}
      {problems.map && (
        <p className={styles.error} role="alert">
          {problems.map}
        </p>
      )}
      {!readonly && (
        <ChoiceBlank
          label={t("channel.add_map")}
          value=""
          empty={t("channel.add_map")}
          options={choicesOf(free)}
          onChange={(name) => name && onChange(putIn(body, "map", name, ""))}
        />
      )}
    </FormPart>
  );
}
