/** The formula of a metric in words; one that is made otherwise is edited as it is written. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ObjectBlank } from "@/shared/definition/blanks";
import { put, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ExpressionField } from "@/shared/expression/ExpressionField";
import { ChoiceBlank, TextBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { Sentence } from "@/shared/sentence/Sentence";
import { FUNCTIONS, readMeasure, writeMeasure, type Fn, type Measure, type Part } from "./measure";
import styles from "./MetricForm.module.css";

const SHAPES = ["one", "ratio", "formula"] as const;
type Shape = (typeof SHAPES)[number];

const ALL: Part = { fn: "count", value: "", condition: "" };
const LONG = 48;

interface PartProps {
  name: string;
  object: string;
  part: Part;
  onChange: (next: Part) => void;
  readonly: boolean;
}

function PartBlanks({ name, object, part, onChange, readonly }: PartProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.part}>
      <Sentence
        words={t("metricform.part_is")}
        blanks={{
          name: <strong>{name}</strong>,
          fn: (
            <ChoiceBlank
              label={t("metricform.fn", { name })}
              value={part.fn}
              options={FUNCTIONS.map((key) => ({ key, label: t(`metricform.fns.${key}`) }))}
              readonly={readonly}
              onChange={(fn) => onChange({ ...part, fn: fn as Fn })}
            />
          ),
        }}
      />
      {part.fn !== "count" && (
        <ExpressionField
          label={t("metricform.value", { name })}
          placeholder={t("metricform.value", { name })}
          object={object}
          value={part.value}
          readonly={readonly}
          onChange={(value) => onChange({ ...part, value })}
        />
      )}
      {(!readonly || part.condition) && (
        <ExpressionField
          label={t("metricform.condition", { name })}
          placeholder={t("metricform.condition_none")}
          object={object}
          expect="bool"
          value={part.condition}
          readonly={readonly}
          onChange={(condition) => onChange({ ...part, condition })}
        />
      )}
    </div>
  );
}

/** What is typed need not be a formula yet: the parts are kept as long as they give the text that the body has. */
function useMeasure(source: string, write: (of: string) => void) {
  const [typed, setTyped] = useState<Measure>();
  const mine = typed && writeMeasure(typed) === source ? typed : undefined;
  const change = (next: Measure) => {
    setTyped(next);
    write(writeMeasure(next));
  };
  return { measure: mine ?? readMeasure(source), change };
}

export function Formula(props: DefinitionFormProps) {
  const { body, onChange, problems, readonly } = props;
  const { t } = useTranslation();
  const object = textIn(body, "on");
  const source = textIn(body, "of");
  const write = (of: string) => onChange(put(body, "of", of));
  const { measure, change } = useMeasure(source, write);
  const [byHand, setByHand] = useState(false);
  const shape: Shape = byHand || !measure ? "formula" : measure.under ? "ratio" : "one";

  const choose = (next: string) => {
    setByHand(next === "formula");
    const { top } = measure ?? { top: ALL };
    if (next === "one") change({ top });
    if (next === "ratio") change({ top, under: measure?.under ?? ALL });
  };
  return (
    <FormPart title={t("metricform.what")}>
      <Sentence
        words={t("metricform.what_is")}
        blanks={{
          object: <ObjectBlank {...props} />,
          shape: (
            <ChoiceBlank
              label={t("metricform.shape")}
              value={shape}
              options={SHAPES.map((key) => ({ key, label: t(`metricform.shapes.${key}`) }))}
              error={shape === "formula" ? undefined : problems.of}
              readonly={readonly}
              onChange={choose}
            />
          ),
        }}
      />
      {shape === "formula" || !measure ? (
        <TextBlank
          label={t("metricform.formula")}
          value={source}
          size={LONG}
          error={problems.of}
          readonly={readonly}
          onChange={write}
        />
      ) : (
        <>
          <PartBlanks
            name={t("metricform.top")}
            object={object}
            part={measure.top}
            readonly={readonly}
            onChange={(top) => change({ ...measure, top })}
          />
          {measure.under && (
            <PartBlanks
              name={t("metricform.under")}
              object={object}
              part={measure.under}
              readonly={readonly}
              onChange={(under) => change({ ...measure, under })}
            />
          )}
        </>
      )}
    </FormPart>
  );
}
