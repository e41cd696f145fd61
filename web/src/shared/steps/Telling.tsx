/** What a notice says: a heading and a text that may name the record's fields, and how urgent it is. */
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { labelIn, put, textIn } from "@/shared/definition/body";
import type { Label } from "@/shared/definition/form";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import { Sentence } from "@/shared/sentence/Sentence";
import type { Around } from "./around";
import type { Step } from "./model";
import { Optional } from "./Optional";
import styles from "./Steps.module.css";

interface TellingProps {
  step: Step;
  onChange: (next: Step) => void;
  around: Around;
}

const LEVELS = ["info", "warning", "danger"] as const;

export function Telling({ step, onChange, around }: TellingProps) {
  const { t } = useTranslation();
  const fields = useObject(around.object)?.fields ?? [];
  const { readonly, at, problems } = around;
  const said = ["title", "text", "level"].some((key) => key in step || `${at}.${key}` in problems);
  const set = (key: string, next: Label) =>
    onChange(put(step, key, Object.keys(next).length > 0 ? next : undefined));
  const insert = (name: string) => {
    const text = labelIn(step, "text");
    const languages = Object.keys(text).length > 0 ? Object.keys(text) : ["zh-CN"];
    const words = text as Record<string, string>;
    set("text", Object.fromEntries(languages.map((one) => [one, `${words[one] ?? ""}{${name}}`])));
  };
  return (
    <Optional there={said} add={t("steps.add_telling")} readonly={readonly}>
      <div className={styles.telling}>
        {(["title", "text"] as const).map(
          (key) =>
            (!readonly || key in step) && (
              <Sentence
                key={key}
                words={t(`steps.says_${key}`)}
                blanks={{
                  text: (
                    <LabelBlank
                      label={t(`steps.${key}`)}
                      value={labelIn(step, key)}
                      onChange={(next) => set(key, next)}
                      error={problems[`${at}.${key}`]}
                      readonly={readonly}
                      long={key === "text"}
                    />
                  ),
                }}
              />
            ),
        )}
        <Sentence
          words={t(readonly ? "steps.says_level" : "steps.says_level_field")}
          blanks={{
            level: (
              <ChoiceBlank
                label={t("steps.level")}
                value={textIn(step, "level")}
                empty={t("steps.level_usual")}
                options={LEVELS.map((one) => ({ key: one, label: t(`steps.level_${one}`) }))}
                onChange={(next) => onChange(put(step, "level", next || undefined))}
                error={problems[`${at}.level`]}
                readonly={readonly}
              />
            ),
            field: (
              <ChoiceBlank
                label={t("steps.insert_field")}
                value=""
                empty={t("steps.insert_field")}
                options={fields.map(({ name, label }) => ({ key: name, label }))}
                onChange={insert}
              />
            ),
          }}
        />
      </div>
    </Optional>
  );
}
