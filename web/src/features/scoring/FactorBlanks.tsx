/** One factor: its name, and the sentence of how it gives points. */
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import type { Option } from "@/shared/api/types";
import { labelIn, numberIn, partOf, put, putIn, textIn } from "@/shared/definition/body";
import { ExpressionField } from "@/shared/expression/ExpressionField";
import { ChoiceBlank, NumberBlank } from "@/shared/sentence/blanks";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import { Sentence } from "@/shared/sentence/Sentence";
import { asKind, ELSE, FACTOR_KINDS, kindOf, type Factor, type FactorKind } from "./factor";
import styles from "./Scorecard.module.css";

interface FactorProps {
  object: string;
  factor: Factor;
  onChange: (next: Factor) => void;
  /** What is wrong, by its place in the factor. */
  problemAt: (place: string) => string | undefined;
  readonly: boolean;
}

function KindBlank({ factor, onChange, readonly }: FactorProps) {
  const { t } = useTranslation();
  return (
    <ChoiceBlank
      label={t("scorecard.kind")}
      value={kindOf(factor)}
      options={FACTOR_KINDS.map((key) => ({ key, label: t(`scorecard.kinds.${key}`) }))}
      readonly={readonly}
      onChange={(kind) => onChange(asKind(factor, kind as FactorKind))}
    />
  );
}

/** Points for each option; one that is left empty counts as anything else. */
function OptionPoints({ options, ...props }: FactorProps & { options: Option[] }) {
  const { t } = useTranslation();
  const { factor, onChange, problemAt, readonly } = props;
  const points = partOf(factor, "points");
  const named = new Set(options.map(({ key }) => key));
  const unknown = Object.keys(points).filter((key) => key !== ELSE && !named.has(key));
  const rows = [
    ...options,
    ...unknown.map((key) => ({ key, label: key })),
    { key: ELSE, label: t("scorecard.else") },
  ];
  return (
    <ul className={styles.options}>
      {rows
        .filter(({ key }) => !readonly || key in points)
        .map(({ key, label }) => (
          <li key={key}>
            <Sentence
              words={t("scorecard.option_is")}
              blanks={{
                option: <span className={styles.option}>{label}</span>,
                points: (
                  <NumberBlank
                    label={t("scorecard.points_for", { option: label })}
                    value={numberIn(points, key)}
                    usual={numberIn(points, ELSE) ?? 0}
                    error={problemAt(`points.${key}`)}
                    readonly={readonly}
                    onChange={(next) => onChange(putIn(factor, "points", key, next ?? undefined))}
                  />
                ),
              }}
            />
          </li>
        ))}
    </ul>
  );
}

function ByField(props: FactorProps) {
  const { t } = useTranslation();
  const { object, factor, onChange, problemAt, readonly } = props;
  const fields = useObject(object)?.fields ?? [];
  const of = textIn(factor, "of");
  const chosen = fields.find(({ name }) => name === of);
  return (
    <>
      <Sentence
        words={t("scorecard.by_field")}
        blanks={{
          kind: <KindBlank {...props} />,
          field: (
            <ChoiceBlank
              label={t("scorecard.field")}
              value={of}
              empty={t("form.choose")}
              options={fields
                .filter((one) => one === chosen || one.type === "choice" || one.type === "stage")
                .map(({ name, label }) => ({ key: name, label }))}
              error={problemAt("of")}
              readonly={readonly}
              // The points of one field's options mean nothing for another's.
              onChange={(next) => onChange(put(put(factor, "of", next), "points", { [ELSE]: 0 }))}
            />
          ),
        }}
      />
      <OptionPoints {...props} options={chosen?.options ?? []} />
    </>
  );
}

function Condition({ optional, ...props }: FactorProps & { optional?: boolean }) {
  const { t } = useTranslation();
  const { object, factor, onChange, problemAt, readonly } = props;
  const when = textIn(factor, "when");
  if (optional && readonly && !when) return null;
  const label = t(optional ? "scorecard.only_when" : "scorecard.when");
  return (
    <ExpressionField
      label={label}
      placeholder={label}
      object={object}
      expect="bool"
      value={when}
      error={problemAt("when")}
      readonly={readonly}
      onChange={(next) => onChange(put(factor, "when", next || undefined))}
    />
  );
}

function ByWhen(props: FactorProps) {
  const { t } = useTranslation();
  const { factor, onChange, problemAt, readonly } = props;
  return (
    <>
      <Sentence
        words={t("scorecard.by_when")}
        blanks={{
          kind: <KindBlank {...props} />,
          points: (
            <NumberBlank
              label={t("scorecard.points")}
              value={numberIn(factor, "points")}
              error={problemAt("points")}
              readonly={readonly}
              onChange={(next) => onChange(put(factor, "points", next))}
            />
          ),
        }}
      />
      <Condition {...props} />
    </>
  );
}

function ByFormula(props: FactorProps) {
  const { t } = useTranslation();
  const { object, factor, onChange, problemAt, readonly } = props;
  return (
    <>
      <Sentence words={t("scorecard.by_formula")} blanks={{ kind: <KindBlank {...props} /> }} />
      <ExpressionField
        label={t("scorecard.formula")}
        object={object}
        expect="number"
        value={textIn(factor, "points")}
        error={problemAt("points")}
        readonly={readonly}
        onChange={(next) => onChange(put(factor, "points", next))}
      />
      <Condition {...props} optional />
    </>
  );
}

const BY_KIND = { field: ByField, when: ByWhen, formula: ByFormula };

export function FactorBlanks(props: FactorProps) {
  const { t } = useTranslation();
  const { factor, onChange, problemAt, readonly } = props;
  const How = BY_KIND[kindOf(factor)];
  return (
    <>
      <LabelBlank
        label={t("scorecard.factor_name")}
        value={labelIn(factor)}
        error={problemAt("label")}
        readonly={readonly}
        onChange={(label) => onChange(put(factor, "label", label))}
      />
      <How {...props} />
    </>
  );
}
