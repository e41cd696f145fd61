/** A metric as sentences: what is worked out of which records, by what it is told apart, and which line is good. */
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { PositionBlank, WhenField } from "@/shared/definition/blanks";
import { labelIn, listIn, put, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import { Sentence } from "@/shared/sentence/Sentence";
import { SeveralBlank } from "@/shared/sentence/SeveralBlank";
import { Good } from "./Good";
import { Formula } from "./Formula";

const USUAL_AT = "created_at";
/** A dimension that no field has: the main department of the owner. */
const OF_OWNER = "department";

function WhichPart(props: DefinitionFormProps) {
  const { body, onChange, problems, readonly } = props;
  const { t } = useTranslation();
  const object = textIn(body, "on");
  const fields = useObject(object)?.fields ?? [];
  const dimensions = fields
    .filter(({ can }) => can?.group)
    .map(({ name, label }) => ({ key: name, label }));
  if (!fields.some(({ name }) => name === OF_OWNER)) {
    dimensions.push({ key: OF_OWNER, label: t("metricform.department") });
  }
  return (
    <FormPart title={t("metricform.which")}>
      <WhenField {...props} label={t("metricform.when")} none={t("metricform.when_none")} />
      <Sentence
        words={t("metricform.at_is")}
        blanks={{
          at: (
            <ChoiceBlank
              label={t("metricform.at")}
              value={textIn(body, "at") || USUAL_AT}
              options={fields
                .filter(({ type }) => type === "date" || type === "datetime")
                .map(({ name, label }) => ({ key: name, label }))}
              error={problems.at}
              readonly={readonly}
              onChange={(next) => onChange(put(body, "at", next))}
            />
          ),
        }}
      />
      <Sentence
        words={t("metricform.by_is")}
        blanks={{
          by: (
            <SeveralBlank
              label={t("metricform.by")}
              value={listIn<string>(body, "by")}
              options={dimensions}
              error={problems.by}
              readonly={readonly}
              onChange={(next) => onChange(put(body, "by", next))}
            />
          ),
        }}
      />
      <Sentence
        words={t("metricform.position_is")}
        blanks={{
          position: <PositionBlank {...props} />,
        }}
      />
    </FormPart>
  );
}

function Look({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  return (
    <FormPart title={t("metricform.look")}>
      <LabelBlank
        label={t("metricform.look")}
        value={labelIn(body, "look")}
        error={problems.look}
        readonly={readonly}
        onChange={(next) =>
          onChange(put(body, "look", Object.keys(next).length > 0 ? next : undefined))
        }
      />
    </FormPart>
  );
}

export function MetricForm(props: DefinitionFormProps) {
  return (
    <>
      <Formula {...props} />
      <WhichPart {...props} />
      <Good {...props} />
      <Look {...props} />
    </>
  );
}
