/** The stages of a record as a bar; a click moves it, and a gate that is not met opens what is missing. */
import { Check, Lock } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "@/shared/api/client";
import type {
  Explanation,
  ObjectDef,
  Pipeline,
  RecordItem,
  Stage,
  Unmet,
} from "@/shared/api/types";
import { newKey } from "@/shared/keys";
import { cx } from "@/shared/ui/cx";
import type { Values } from "./api";
import { GateSheet } from "./GateSheet";
import styles from "./RecordView.module.css";
import { Stay } from "./Stay";
import { useConfirmedChange } from "./useConfirmedChange";

interface StageBarProps {
  object: ObjectDef;
  pipeline: Pipeline;
  record: RecordItem;
  gates: Explanation["gates"];
  /** When it came into its stage. */
  since: string | null | undefined;
}

interface Refused {
  stage: Stage;
  unmet: Unmet[];
  error: ApiError;
}

function lookOf(stage: Stage, index: number, currentIndex: number): string | undefined {
  if (index === currentIndex) return stage.outcome ? styles[stage.outcome] : styles.current;
  return index < currentIndex && !stage.outcome ? styles.passed : undefined;
}

export function StageBar({ object, pipeline, record, gates, since }: StageBarProps) {
  const { t } = useTranslation();
  const [refused, setRefused] = useState<Refused>();
  const { send, busy } = useConfirmedChange(object, record.id);
  const currentIndex = pipeline.stages.findIndex((one) => one.key === record[pipeline.field]);

  const from = pipeline.stages[currentIndex];

  const move = async (stage: Stage, values?: Values) => {
    const error = await send(
      { kind: "move", to: stage.key, version: record.version, values, key: newKey() },
      t("stage.moved", { stage: stage.label }),
      from ? ({ version }) => ({ kind: "move", to: from.key, version, key: newKey() }) : undefined,
    );
    if (!error) setRefused(undefined);
    // Any other error has been told; what was filled in for the gate stays for another try.
    else if (error.status === 422) setRefused({ stage, unmet: error.problem.unmet ?? [], error });
  };

  return (
    <>
      <div className={styles.stages} role="group" aria-label={t("stage.bar")}>
        {pipeline.stages.map((stage, i) => {
          const isCurrent = i === currentIndex;
          const gate = gates.find((one) => one.to === stage.key);
          const locked = !isCurrent && gate?.met === false;
          const Icon = i < currentIndex && !stage.outcome ? Check : locked ? Lock : undefined;
          return (
            <button
              key={stage.key}
              type="button"
              className={cx(styles.stage, lookOf(stage, i, currentIndex))}
              aria-current={isCurrent ? "step" : undefined}
              disabled={isCurrent || busy || !object.permissions.update}
              title={locked ? t("stage.locked") : undefined}
              onClick={() => void move(stage)}
            >
              {Icon && <Icon size={13} aria-hidden />}
              {stage.label}
              {isCurrent && since && <Stay stage={stage} since={since} />}
            </button>
          );
        })}
      </div>
      {refused && (
        <GateSheet
          object={object}
          record={record}
          stage={refused.stage}
          unmet={refused.unmet}
          error={refused.error}
          busy={busy}
          onSend={(values) => void move(refused.stage, values)}
          onClose={() => setRefused(undefined)}
        />
      )}
    </>
  );
}
