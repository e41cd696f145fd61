/** How much a person may have, or do in a day, for the operation to be done once more. */
import { useTranslation } from "react-i18next";
import { labelIn, listIn, put, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ExpressionField } from "@/shared/expression/ExpressionField";
import { ChoiceBlank, NumberBlank } from "@/shared/sentence/blanks";
import { KeyedList } from "@/shared/sentence/KeyedList";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import { Sentence } from "@/shared/sentence/Sentence";

type Limit = Record<string, unknown>;

const QUOTAS = ["quota_open", "quota_daily"] as const;

export function Limits({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const limits = listIn<Limit>(body, "limits");
  return (
    <KeyedList
      items={limits}
      onChange={(next) => onChange(put(body, "limits", next.length > 0 ? next : undefined))}
      nameOf={(_, at) => t("operationform.limit", { number: at + 1 })}
      add={{ label: t("operationform.add_limit"), make: () => ({ daily: 10, label: {} }) }}
      error={problems.limits}
      readonly={readonly}
    >
      {(limit, change, at) => (
        <OneLimit
          limit={limit}
          onChange={change}
          object={textIn(body, "on")}
          errorAt={(key) => problems[`limits[${at}].${key}`]}
          readonly={readonly}
        />
      )}
    </KeyedList>
  );
}

interface OneProps {
  limit: Limit;
  onChange: (next: Limit) => void;
  object: string;
  errorAt: (key: string) => string | undefined;
  readonly: boolean;
}

function OneLimit({ limit, onChange, object, errorAt, readonly }: OneProps) {
  const { t } = useTranslation();
  const daily = "daily" in limit;
  const key = daily ? "daily" : "most";
  const most = limit[key];
  const byQuota = typeof most === "string";
  const setKind = (kind: string) => {
    const label = limit.label;
    onChange(kind === "daily" ? { daily: most, label } : { held: "owner == me", most, label });
  };
  return (
    <>
      <Sentence
        words={t(daily ? "operationform.says_daily" : "operationform.says_held")}
        blanks={{
          kind: (
            <ChoiceBlank
              label={t("operationform.limit_kind")}
              value={daily ? "daily" : "held"}
              options={[
                { key: "daily", label: t("operationform.limit_daily") },
                { key: "held", label: t("operationform.limit_held") },
              ]}
              onChange={(next) => next !== (daily ? "daily" : "held") && setKind(next)}
              readonly={readonly}
            />
          ),
          held: (
            <ExpressionField
              label={t("operationform.held")}
              object={object}
              expect="bool"
              value={textIn(limit, "held")}
              onChange={(next) => onChange(put(limit, "held", next))}
              error={errorAt("held")}
              readonly={readonly}
            />
          ),
          most: (
            <>
              <ChoiceBlank
                label={t("operationform.most")}
                value={byQuota ? most : "number"}
                options={[
                  { key: "number", label: t("operationform.most_number") },
                  ...QUOTAS.map((one) => ({ key: one, label: t(`operationform.most_${one}`) })),
                ]}
                onChange={(next) => onChange(put(limit, key, next === "number" ? 10 : next))}
                error={byQuota ? errorAt(key) : undefined}
                readonly={readonly}
              />
              {!byQuota && (
                <NumberBlank
                  label={t("operationform.most_number")}
                  min={0}
                  value={typeof most === "number" ? most : null}
                  onChange={(next) => onChange(put(limit, key, next))}
                  error={errorAt(key)}
                  readonly={readonly}
                />
              )}
            </>
          ),
        }}
      />
      <Sentence
        words={t("operationform.says_full")}
        blanks={{
          label: (
            <LabelBlank
              label={t("operationform.full")}
              value={labelIn(limit)}
              onChange={(next) => onChange(put(limit, "label", next))}
              error={errorAt("label")}
              readonly={readonly}
            />
          ),
        }}
      />
    </>
  );
}
