/** A scorecard as sentences: what gives how many points, and which grade the sum makes. */
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { freeKey, labelIn, listIn, put, said, textIn } from "@/shared/definition/body";
import { useObjectChoices } from "@/shared/definition/choices";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { ItemList } from "@/shared/sentence/ItemList";
import { Sentence } from "@/shared/sentence/Sentence";
import { Bands } from "./Bands";
import { Example } from "./Example";
import { keyOf, sumOf, type Factor } from "./factor";
import { FactorBlanks } from "./FactorBlanks";
import styles from "./Scorecard.module.css";

const HIGHEST = 100;

function About({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const objects = useObjectChoices();
  return (
    <FormPart title={t("scorecard.about")}>
      <Sentence
        words={t("scorecard.about_is")}
        blanks={{
          object: (
            <ChoiceBlank
              label={t("scorecard.object")}
              value={textIn(body, "on")}
              empty={t("form.choose")}
              options={objects}
              error={problems.on}
              readonly={readonly}
              onChange={(on) => onChange(put(body, "on", on))}
            />
          ),
        }}
      />
    </FormPart>
  );
}

function Factors({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const factors = listIn<Factor>(body, "factors");
  const { most, open } = sumOf(factors);
  return (
    <FormPart title={t("scorecard.factors")} hint={t("scorecard.factors_hint")}>
      <ItemList
        items={factors}
        onChange={(next) => onChange(put(body, "factors", next))}
        keyOf={(factor, at) => keyOf(factor) || String(at)}
        nameOf={(factor) => said(labelIn(factor)) || t("scorecard.factor")}
        add={{
          label: t("scorecard.add_factor"),
          make: () => ({ key: freeKey("factor", factors.map(keyOf)), label: {}, points: 10 }),
        }}
        error={problems.factors}
        readonly={readonly}
      >
        {(factor, change, at) => (
          <FactorBlanks
            object={textIn(body, "on")}
            factor={factor}
            onChange={change}
            problemAt={(place) => problems[`factors[${at}].${place}`]}
            readonly={readonly}
          />
        )}
      </ItemList>
      <p className={styles.sum}>
        <strong>{t(open ? "scorecard.most_and_more" : "scorecard.most", { points: most })}</strong>
        {most > HIGHEST && <span>{t("scorecard.capped")}</span>}
      </p>
    </FormPart>
  );
}

export function ScorecardForm(props: DefinitionFormProps) {
  const object = textIn(props.body, "on");
  const known = useObject(object) !== undefined;
  return (
    <>
      <About {...props} />
      <Factors {...props} />
      <Bands {...props} />
      {known && <Example key={object} object={object} />}
    </>
  );
}
