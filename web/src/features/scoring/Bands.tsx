/** From how many points a record has which grade, also drawn as a scale. */
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { numberIn, partOf, put } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { NumberBlank, TextBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { Sentence } from "@/shared/sentence/Sentence";
import { Button } from "@/shared/ui/Button";
import { scaleOf } from "./factor";
import styles from "./Scorecard.module.css";

function Scale({ bands }: { bands: Record<string, unknown> }) {
  const { t } = useTranslation();
  return (
    <ul className={styles.scale}>
      {scaleOf(bands)
        .filter(({ least, below }) => below > least)
        .map(({ key, least, below }) => (
          <li
            key={key}
            style={{ flexGrow: below - least }}
            aria-label={t("scorecard.scale", { band: key, from: least, to: below })}
          >
            <strong>{key}</strong>
            <span>{least}</span>
          </li>
        ))}
    </ul>
  );
}

export function Bands({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const bands = partOf(body, "bands");
  const [name, setName] = useState("");
  // Rows keep their places while a number is typed, though a band may be the highest for a moment.
  const [first] = useState(() =>
    scaleOf(bands)
      .map(({ key }) => key)
      .reverse(),
  );
  const rows = [
    ...first.filter((key) => key in bands),
    ...Object.keys(bands).filter((key) => !first.includes(key)),
  ];
  const set = (key: string, least: number | undefined) =>
    onChange(put(body, "bands", put(bands, key, least)));
  const wanted = name.trim();
  const add = () => {
    set(wanted, 0);
    setName("");
  };
  return (
    <FormPart title={t("scorecard.bands")} hint={t("scorecard.bands_hint")}>
      <Scale bands={bands} />
      {rows.map((key) => (
        <div key={key} className={styles.band}>
          <Sentence
            words={t("scorecard.band_is")}
            blanks={{
              band: <strong>{key}</strong>,
              least: (
                <NumberBlank
                  label={t("scorecard.least", { band: key })}
                  value={numberIn(bands, key)}
                  min={0}
                  max={100}
                  error={problems[`bands.${key}`]}
                  readonly={readonly}
                  onChange={(next) => onChange(put(body, "bands", { ...bands, [key]: next }))}
                />
              ),
            }}
          />
          {!readonly && (
            <Button
              look="ghost"
              icon={<X size={16} />}
              aria-label={t("scorecard.remove_band", { band: key })}
              onClick={() => set(key, undefined)}
            />
          )}
        </div>
      ))}
      {!readonly && (
        <form
          className={styles.band}
          onSubmit={(event) => {
            event.preventDefault();
            if (wanted && !(wanted in bands)) add();
          }}
        >
          <TextBlank
            label={t("scorecard.new_band")}
            placeholder={t("scorecard.new_band")}
            size={10}
            value={name}
            onChange={setName}
          />
          <Button
            type="submit"
            icon={<Plus size={15} />}
            disabled={wanted === "" || wanted in bands}
          >
            {t("scorecard.add_band")}
          </Button>
        </form>
      )}
    </FormPart>
  );
}
