/** A card of a kanban: what it is, how much, how long it has stood there, whose it is. */
import { ArrowRightLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { usePipeline } from "@/shared/api/queries";
import type { Clock, Field, ObjectDef, RecordItem } from "@/shared/api/types";
import { titleOf } from "@/shared/format/title";
import { LaneCard } from "@/shared/lanes/LaneCard";
import { Avatar } from "@/shared/ui/Avatar";
import { isCounting, mostUrgent } from "@/shared/ui/clock";
import { ClockChip } from "@/shared/ui/ClockChip";
import { FieldValue, isBlank } from "@/shared/ui/FieldValue";
import styles from "./Kanban.module.css";
import type { Look } from "./look";
import { Stay } from "./Stay";
import { laneId, type Lane } from "./useKanban";

const FACTS = 2;

interface FaceProps {
  object: ObjectDef;
  look: Look;
  money?: Field;
  record: RecordItem;
}

/** What a card shows; the same under the pointer while it is dragged. */
export function CardFace({ object, look, money, record }: FaceProps) {
  const clock = mostUrgent<Clock>((record.clocks ?? []).filter(isCounting));
  const facts = look.columns
    .map((name) => object.fields.find((field) => field.name === name))
    .filter(
      (field) =>
        field &&
        field.name !== money?.name &&
        field.name !== money?.currency &&
        field.name !== object.title_field &&
        field.type !== "stage" &&
        field.name !== "owner" &&
        !isBlank(record[field.name]),
    )
    .slice(0, FACTS);
  const pipeline = usePipeline(object);
  const stage = pipeline?.stages.find((one) => one.key === record[pipeline.field]);
  const since = record.stage_since;
  return (
    <>
      {money && !isBlank(record[money.name]) && (
        <p className={styles.money}>
          <FieldValue field={money} value={record[money.name]} record={record} />
        </p>
      )}
      <div className={styles.facts}>
        {facts.map(
          (field) =>
            field && (
              <FieldValue
                key={field.name}
                field={field}
                value={record[field.name]}
                record={record}
              />
            ),
        )}
      </div>
      <footer className={styles.cardFoot}>
        {clock && <ClockChip clock={clock} />}
        {stage && typeof since === "string" && <Stay named stage={stage} since={since} />}
        {record.owner && (
          <span className={styles.owner}>
            <Avatar name={record.owner.label} />
            {record.owner.label}
          </span>
        )}
      </footer>
    </>
  );
}

interface CardProps extends FaceProps {
  lane: Lane;
  lanes: Lane[];
  /** Without it the card stays where it is. */
  onMove?: (to: Lane) => void;
  onOpen: (record: RecordItem) => void;
}

export function KanbanCard({ lane, lanes, onMove, onOpen, ...face }: CardProps) {
  const { object, record } = face;
  const { t } = useTranslation();
  const title = titleOf(object, record, t("record.untitled"));
  const others = lanes.filter((one) => one.key !== lane.key && one.key !== null);
  return (
    <LaneCard
      id={record.id}
      item={record}
      lane={laneId(lane)}
      title={title}
      open={(className) => (
        <button type="button" className={className} onClick={() => onOpen(record)}>
          {title}
        </button>
      )}
      menu={
        onMove && {
          label: t("lists.move_to", { title }),
          icon: <ArrowRightLeft size={14} />,
          to: others.map((one) => ({
            id: laneId(one),
            shown: one.label,
            go: () => onMove(one),
          })),
        }
      }
    >
      <CardFace {...face} />
    </LaneCard>
  );
}
