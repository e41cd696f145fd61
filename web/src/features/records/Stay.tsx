/** For how long a record has stood in its stage: amber when nearly as long as expected, red when longer. */
import { Hourglass, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { usePipeline } from "@/shared/api/queries";
import type { Field, ObjectDef, RecordItem, Stage } from "@/shared/api/types";
import { DAY, SECOND } from "@/shared/format/times";
import { useNow } from "@/shared/tick";
import { FieldValue } from "@/shared/ui/FieldValue";
import { Tag } from "@/shared/ui/Tag";
import styles from "./Stay.module.css";
import { stayOf } from "./dwell";

interface StayProps {
  stage: Stage;
  since: string;
  /** Say what it is, where nothing else tells. */
  named?: boolean;
}

export function Stay({ stage, since, named = false }: StayProps) {
  const { t } = useTranslation();
  const { days, state } = stayOf(since, stage.dwell, useNow());
  const count = t("stay.days", { count: days });
  const said = named ? t("stay.here", { days: count }) : count;
  if (state === "well" && days < 1 && !named) return null;
  if (state === "well") {
    const title = t("stay.title", { stage: stage.label, days: count });
    return (
      <span className={styles.stay} title={title}>
        {said}
      </span>
    );
  }
  const dwell = t("stay.days", { count: Number((((stage.dwell ?? 0) * SECOND) / DAY).toFixed(1)) });
  const Icon = state === "over" ? TriangleAlert : Hourglass;
  return (
    <Tag
      color={state === "over" ? "red" : "amber"}
      icon={<Icon size={13} aria-hidden />}
      title={t("stay.title_dwell", { stage: stage.label, days: count, dwell })}
    >
      {said} {t(`stay.${state}`)}
    </Tag>
  );
}

interface StageCellProps {
  object: ObjectDef;
  field: Field;
  record: RecordItem;
}

/** The stage of a record in a list, with its days where the stage says how many are expected. */
export function StageCell({ object, field, record }: StageCellProps) {
  const stage = usePipeline(object)?.stages.find((one) => one.key === record[field.name]);
  const since = record.stage_since;
  return (
    <span className={styles.cell}>
      <FieldValue field={field} value={record[field.name]} />
      {stage?.dwell && typeof since === "string" && <Stay stage={stage} since={since} />}
    </span>
  );
}
