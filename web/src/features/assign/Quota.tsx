/** How many records at most: no limit, each person's own quota, a number, or a formula over the person. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ChoiceBlank, NumberBlank } from "@/shared/sentence/blanks";
import { Sentence } from "@/shared/sentence/Sentence";
import { CandidateFormula } from "./CandidateFormula";
import { readNumber } from "./expressions";

const MODES = ["none", "own", "number", "formula"] as const;
type Mode = (typeof MODES)[number];

interface QuotaProps {
  label: string;
  words: string;
  object: string;
  /** The expression that stands for a person's own quota. */
  own: string;
  value: string;
  onChange: (next: string | undefined) => void;
  error?: string;
  readonly: boolean;
}

const USUAL = "20";

export function Quota({ label, words, object, own, value, onChange, error, readonly }: QuotaProps) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState<Mode>();
  const number = readNumber(value);
  const told: Mode =
    value === "" ? "none" : value === own ? "own" : number !== undefined ? "number" : "formula";
  // A number that is being written anew is no number for a moment.
  const mode = wanted === "formula" || (wanted === "number" && value === "") ? wanted : told;

  const choose = (next: string) => {
    setWanted(next as Mode);
    if (next === "none") onChange(undefined);
    if (next === "own") onChange(own);
    if (next === "number" && number === undefined) onChange(USUAL);
  };
  const limit = (
    <>
      <ChoiceBlank
        label={label}
        value={mode}
        readonly={readonly}
        error={mode === "number" || mode === "formula" ? undefined : error}
        options={MODES.map((key) => ({ key, label: t(`assignment.limit.${key}`) }))}
        onChange={choose}
      />
      {mode === "number" && (
        <NumberBlank
          label={t("assignment.limit_number", { limit: label })}
          value={number ?? null}
          min={0}
          readonly={readonly}
          error={error}
          onChange={(next) => {
            setWanted("number");
            onChange(next === null ? undefined : String(next));
          }}
        />
      )}
    </>
  );
  return (
    <>
      <Sentence words={words} blanks={{ limit }} />
      {mode === "formula" && (
        <CandidateFormula
          label={label}
          object={object}
          expect="number"
          value={value}
          readonly={readonly}
          error={error}
          onChange={(next) => onChange(next || undefined)}
        />
      )}
    </>
  );
}
