/** How many days things are kept that are no records; what is left blank is kept as long as usual. */
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { numberIn, partOf, putIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { NumberBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { Sentence } from "@/shared/sentence/Sentence";
import styles from "./Retention.module.css";

/** Each with the days that hold while nothing is said, as the server has them; the audit trail is kept for good then. */
const KEPT = {
  notices: 180,
  jobs: 90,
  deliveries: 90,
  dead_deliveries: 365,
  payloads: 365,
  answers: 7,
  audit: undefined,
} as const;

export function RetentionForm({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const days = partOf(body, "days");
  return (
    <FormPart title={t("retention.title")} hint={t("retention.hint")}>
      <div className={styles.days}>
        {Object.entries(KEPT).map(([name, usual]) => {
          const what = t(`retention.of.${name as keyof typeof KEPT}`);
          return (
            <Fragment key={name}>
              <span aria-hidden>{what}</span>
              <Sentence
                words={t("retention.says")}
                blanks={{
                  days: (
                    <NumberBlank
                      label={what}
                      value={numberIn(days, name)}
                      usual={usual}
                      min={1}
                      onChange={(next) => onChange(putIn(body, "days", name, next ?? undefined))}
                      error={problems[`days.${name}`]}
                      readonly={readonly}
                    />
                  ),
                }}
              />
            </Fragment>
          );
        })}
        <p className={styles.hint}>{t("retention.for_good")}</p>
      </div>
    </FormPart>
  );
}
