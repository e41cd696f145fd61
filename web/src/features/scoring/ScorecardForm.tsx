/** A scorecard as sentences: what gives how many points, and which grade the sum makes. */
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { ObjectBlank } from "@/shared/definition/blanks";
import { freeKey, labelIn, listIn, put, said, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { FormPart } from "@/shared/sentence/FormPart";
import { ItemList } from "@/shared/sentence/ItemList";
import { Sentence } from "@/shared/sentence/Sentence";
import { Bands } from "./Bands";
import { Example } from "./Example";
import { keyOf, sumOf, type Factor } from "./factor";
import { FactorBlanks } from "./FactorBlanks";
import styles from "./Scorecard.module.css";

const HIGHEST = 100;

function About(props: DefinitionFormProps) {
  const { t } = useTranslation();
  return (
    <FormPart title={t("scorecard.about")}>
      <Sentence
        words={t("scorecard.about_is")}
        blanks={{
          object: <ObjectBlank {...props} />,
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
