/** One of the newest records with what each factor of the version in force gave it. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { useObject } from "@/shared/api/queries";
import type { Explanation, Page, RecordItem } from "@/shared/api/types";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { ErrorState, Skeleton } from "@/shared/ui/States";
import { Tag } from "@/shared/ui/Tag";
import styles from "./Scorecard.module.css";

const SHOWN = 20;

function newestQuery(object: string) {
  return queryOptions({
    queryKey: ["scorecard", "newest", object],
    queryFn: ({ signal }) =>
      api<Page<RecordItem>>(`/objects/${object}/records`, {
        query: { sort: "-created_at", limit: SHOWN },
        signal,
      }),
  });
}

function explainedQuery(object: string, id: string) {
  return queryOptions({
    queryKey: ["scorecard", "explained", object, id],
    queryFn: ({ signal }) =>
      api<Explanation>(`/objects/${object}/records/${id}/explain`, { signal }),
  });
}

function Points({ object, id }: { object: string; id: string }) {
  const { t } = useTranslation();
  const explained = useQuery(explainedQuery(object, id));
  if (explained.isPending) return <Skeleton lines={4} />;
  if (explained.isError) {
    return <ErrorState error={explained.error} onRetry={() => void explained.refetch()} />;
  }
  const { score } = explained.data;
  if (!score) return <p className={styles.none}>{t("scorecard.no_score")}</p>;
  return (
    <>
      <p className={styles.total}>
        <strong>{t("scorecard.total_is", { total: score.total })}</strong>
        {score.grade && <Tag color="blue">{t("why.grade", { grade: score.grade })}</Tag>}
      </p>
      <dl className={styles.points}>
        {score.factors.map((factor) => (
          <div key={factor.key}>
            <dt>{factor.label}</dt>
            <dd>
              <b>{factor.points}</b>
              {factor.reason}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

export function Example({ object }: { object: string }) {
  const { t } = useTranslation();
  const title = useObject(object)?.title_field;
  const newest = useQuery({ ...newestQuery(object), retry: false });
  const [chosen, setChosen] = useState("");
  const records = newest.data?.items ?? [];
  // Whoever may not read the records still can read the scorecard.
  if (newest.isError) return null;
  const id = chosen || records[0]?.id;
  return (
    <FormPart title={t("scorecard.example")} hint={t("scorecard.example_hint")}>
      {newest.isPending ? (
        <Skeleton lines={4} />
      ) : id === undefined ? (
        <p className={styles.none}>{t("scorecard.no_records")}</p>
      ) : (
        <>
          <ChoiceBlank
            label={t("scorecard.record")}
            value={id}
            options={records.map((one) => ({
              key: one.id,
              label: String((title && one[title]) || t("record.untitled")),
            }))}
            onChange={setChosen}
          />
          <Points object={object} id={id} />
        </>
      )}
    </FormPart>
  );
}
