/** Which line a good value doesn't cross, in the metric's own unit: per cent, a span of time, or a number. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { numberIn, partOf, putIn, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { NumberBlank } from "@/shared/sentence/blanks";
import { DurationBlank } from "@/shared/sentence/DurationBlank";
import { FormPart } from "@/shared/sentence/FormPart";
import { Sentence } from "@/shared/sentence/Sentence";
import { isShare, readMeasure } from "./measure";

const BOUNDS = ["at_most", "at_least"] as const;

/** Of which type an expression's values are. */
function typeQuery(object: string, expression: string) {
  return queryOptions({
    queryKey: ["expression", "type", object, expression],
    queryFn: ({ signal }) =>
      api<{ type?: string }>("/expressions/check", {
        method: "POST",
        body: { object, expression },
        signal,
      }),
    staleTime: Infinity,
    retry: false,
  });
}

function useUnit({ body }: DefinitionFormProps): "share" | "duration" | "number" {
  const object = textIn(body, "on");
  const measure = readMeasure(textIn(body, "of"));
  const value = measure && !measure.under ? measure.top.value : "";
  const asked = useQuery({
    ...typeQuery(object, value),
    enabled: object !== "" && value !== "",
  });
  if (isShare(measure)) return "share";
  const spans = Object.values(partOf(body, "good")).some((one) => typeof one === "string");
  return asked.data?.type === "duration" || (value !== "" && !asked.data && spans)
    ? "duration"
    : "number";
}

export function Good(props: DefinitionFormProps) {
  const { t } = useTranslation();
  const { body, onChange, problems, readonly } = props;
  const unit = useUnit(props);
  const good = partOf(body, "good");
  return (
    <FormPart title={t("metricform.good")} hint={t("metricform.good_hint")}>
      {BOUNDS.map((bound) => {
        const number = numberIn(good, bound);
        const set = (value: string | number | null) =>
          onChange(putIn(body, "good", bound, value === "" || value === null ? undefined : value));
        const common = {
          label: t(`metricform.${bound}`),
          error: problems[`good.${bound}`] ?? problems.good,
          readonly,
        };
        return (
          <Sentence
            key={bound}
            words={t(`metricform.${bound}_is`)}
            blanks={{
              value:
                unit === "duration" ? (
                  <DurationBlank {...common} value={textIn(good, bound)} onChange={set} />
                ) : unit === "share" ? (
                  <>
                    <NumberBlank
                      {...common}
                      // What is kept is a fraction; people say per cent.
                      value={number === null ? null : Math.round(number * 10_000) / 100}
                      onChange={(next) => set(next === null ? null : next / 100)}
                    />
                    {t("metricform.percent")}
                  </>
                ) : (
                  <NumberBlank {...common} value={number} onChange={set} />
                ),
            }}
          />
        );
      })}
    </FormPart>
  );
}
