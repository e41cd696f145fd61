/** In which order candidates are asked: in turn, by weights, by load, by a formula; and who goes before others. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { put, textIn } from "@/shared/definition/body";
import type { DefinitionBody, DefinitionFormProps } from "@/shared/definition/form";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { Sentence } from "@/shared/sentence/Sentence";
import { useCandidateCondition } from "./CandidateCondition";
import { CandidateFormula } from "./CandidateFormula";
import { WeightTable } from "./WeightTable";

const ORDERS = ["round_robin", "weighted", "least_loaded", "by_expression"] as const;

function Weights(props: DefinitionFormProps) {
  const { t } = useTranslation();
  const { body, onChange, problems, readonly } = props;
  const [formula, setFormula] = useState(false);
  const byFormula = formula || typeof body.weight === "string";
  const choose = (source: string) => {
    setFormula(source === "formula");
    onChange(put(body, "weight", undefined));
  };
  return (
    <>
      <Sentence
        words={t("assignment.weight_is")}
        blanks={{
          source: (
            <ChoiceBlank
              label={t("assignment.weight")}
              value={byFormula ? "formula" : "listed"}
              options={(["listed", "formula"] as const).map((key) => ({
                key,
                label: t(`assignment.weights.${key}`),
              }))}
              error={byFormula ? undefined : problems.weight}
              readonly={readonly}
              onChange={choose}
            />
          ),
        }}
      />
      {byFormula ? (
        <CandidateFormula
          label={t("assignment.weight")}
          object={textIn(body, "on")}
          expect="number"
          value={textIn(body, "weight")}
          error={problems.weight}
          readonly={readonly}
          onChange={(next) => onChange(put(body, "weight", next || undefined))}
        />
      ) : (
        <WeightTable {...props} />
      )}
    </>
  );
}

/** What belongs to one order only is put aside with the others, and is there again when that order is chosen again. */
function useOrder({ body, onChange }: DefinitionFormProps) {
  const [aside, setAside] = useState<{ weight?: unknown; by?: unknown }>({});
  const order = textIn(body, "order") || "round_robin";
  const choose = (next: string) => {
    const { weight = aside.weight, by = aside.by } = body;
    setAside({ weight, by });
    let changed: DefinitionBody = put(body, "order", next);
    changed = put(changed, "weight", next === "weighted" ? weight : undefined);
    onChange(put(changed, "by", next === "by_expression" ? (by ?? "") : undefined));
  };
  return { order, choose };
}

export function OrderPart(props: DefinitionFormProps) {
  const { t } = useTranslation();
  const { body, onChange, problems, readonly } = props;
  const { order, choose } = useOrder(props);
  const object = textIn(body, "on");
  const prefer = useCandidateCondition({
    label: t("assignment.prefer"),
    words: "preferred",
    object,
    value: textIn(body, "prefer"),
    error: problems.prefer,
    readonly,
    onChange: (next) => onChange(put(body, "prefer", next)),
  });
  return (
    <FormPart title={t("assignment.order")}>
      <Sentence
        words={t("assignment.order_is")}
        blanks={{
          order: (
            <ChoiceBlank
              label={t("assignment.order_by")}
              value={order}
              options={ORDERS.map((key) => ({ key, label: t(`assignment.orders.${key}`) }))}
              error={problems.order}
              readonly={readonly}
              onChange={choose}
            />
          ),
        }}
      />
      {order === "weighted" && <Weights {...props} />}
      {order === "by_expression" && (
        <CandidateFormula
          label={t("assignment.by")}
          object={object}
          expect="number"
          value={textIn(body, "by")}
          error={problems.by}
          readonly={readonly}
          onChange={(next) => onChange(put(body, "by", next))}
        />
      )}
      <Sentence words={t("assignment.prefer_is")} blanks={{ prefer: prefer.blank }} />
      {prefer.below}
    </FormPart>
  );
}
