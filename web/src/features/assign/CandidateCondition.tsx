/** Which candidates: no condition, whose field of work matches the record's, or a formula. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe, useObject } from "@/shared/api/queries";
import { said } from "@/shared/definition/body";
import { mayRead } from "@/shared/definition/rights";
import { ChoiceBlank, type Choice } from "@/shared/sentence/blanks";
import { Sentence } from "@/shared/sentence/Sentence";
import { attributesQuery, profileQuery } from "./api";
import { CandidateFormula } from "./CandidateFormula";
import { readMatch, writeMatch, type Match } from "./expressions";
import styles from "./Assignment.module.css";

const MODES = ["none", "same", "formula"] as const;
type Mode = (typeof MODES)[number];

/** Wanted, but there is nothing yet to compare by. */
const NO_MATCH: Match = { attribute: "", field: "" };

interface ConditionProps {
  label: string;
  object: string;
  value: string;
  onChange: (next: string | undefined) => void;
  error?: string;
  readonly: boolean;
}

function useAttributes(object: string): { choices: Choice[]; lists: ReadonlySet<string> } {
  const { t } = useTranslation();
  const attributes = useQuery({ ...attributesQuery(object), enabled: object !== "" }).data ?? [];
  const rights = useMe()?.permissions;
  const profile = useQuery({
    ...profileQuery,
    enabled: rights !== undefined && mayRead(rights, "profile"),
  });
  const told = profile.data?.body?.attributes ?? {};
  const nameOf = (name: string) => {
    if (name === "city" || name === "roles") return t(`assignment.known.${name}`);
    return said(told[name]?.label ?? {}) || name;
  };
  return {
    choices: attributes.map(({ name }) => ({ key: name, label: nameOf(name) })),
    lists: new Set(attributes.filter((one) => one.isList).map(({ name }) => name)),
  };
}

/** The fields whose value is one text that an attribute could name. */
function useComparable(object: string): Choice[] {
  const fields = useObject(object)?.fields ?? [];
  return fields
    .filter(({ type }) => type === "text" || type === "choice")
    .map(({ name, label }) => ({ key: name, label }));
}

function MatchSentence({ object, match: whole, ...rest }: { match: Match } & ConditionProps) {
  const { t } = useTranslation();
  // What is chosen first waits here for the other half.
  const [half, setHalf] = useState(NO_MATCH);
  const match = whole === NO_MATCH ? half : whole;
  const { choices, lists } = useAttributes(object);
  const fields = useComparable(object);
  const set = (next: Match) => {
    setHalf(next);
    rest.onChange(writeMatch(next, lists.has(next.attribute)));
  };
  // Before both are chosen there is nothing to compare; the server refuses it, this says what to do.
  const missing = match.attribute === "" || match.field === "";
  const error = missing ? t("assignment.same_missing") : rest.error;
  return (
    <Sentence
      words={t("assignment.same_is")}
      blanks={{
        attribute: (
          <ChoiceBlank
            label={t("assignment.attribute")}
            value={match.attribute}
            options={choices}
            readonly={rest.readonly}
            onChange={(attribute) => set({ ...match, attribute })}
          />
        ),
        field: (
          <ChoiceBlank
            label={t("assignment.field")}
            value={match.field}
            options={fields}
            error={error}
            readonly={rest.readonly}
            onChange={(field) => set({ ...match, field })}
          />
        ),
      }}
    />
  );
}

/** The choice that stands in a sentence, and what goes below the sentence. */
export function useCandidateCondition(props: ConditionProps & { words: "match" | "preferred" }): {
  blank: React.ReactNode;
  below: React.ReactNode;
} {
  const { t } = useTranslation();
  const { object, value, onChange, label, readonly, error, words } = props;
  const [wanted, setWanted] = useState<Mode>("none");
  const match = readMatch(value) ?? (wanted === "same" ? NO_MATCH : undefined);
  const mode: Mode =
    wanted === "formula" ? "formula" : match ? "same" : value !== "" ? "formula" : "none";

  const choose = (next: string) => {
    setWanted(next as Mode);
    if (next === "none") onChange(undefined);
    // What is wanted and not yet said stands there empty, which the server refuses.
    else if (next === "same" || value === "") onChange("");
  };
  return {
    blank: (
      <ChoiceBlank
        label={label}
        value={mode}
        readonly={readonly}
        error={mode === "none" ? error : undefined}
        options={MODES.map((key) => ({ key, label: t(`assignment.${words}.${key}`) }))}
        onChange={choose}
      />
    ),
    below:
      mode === "same" && match ? (
        <div className={styles.below}>
          <MatchSentence {...props} match={match} />
        </div>
      ) : mode === "formula" ? (
        <CandidateFormula
          label={label}
          object={object}
          expect="bool"
          value={value}
          readonly={readonly}
          error={error}
          onChange={onChange}
        />
      ) : null,
  };
}
