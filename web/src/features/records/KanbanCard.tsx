/** A card of a kanban: what it is, how much, how long it has stood there, whose it is. */
import { useDraggable } from "@dnd-kit/core";
import { ArrowRightLeft, GripVertical } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Clock, Field, ObjectDef, RecordItem } from "@/shared/api/types";
import { Avatar } from "@/shared/ui/Avatar";
import { Button } from "@/shared/ui/Button";
import { isCounting, mostUrgent } from "@/shared/ui/clock";
import { ClockChip } from "@/shared/ui/ClockChip";
import { cx } from "@/shared/ui/cx";
import { FieldValue, isBlank } from "@/shared/ui/FieldValue";
import menu from "@/shared/ui/menu.module.css";
import { Popover } from "@/shared/ui/Popover";
import { useNow } from "@/shared/tick";
import { titleOf } from "./columns";
import styles from "./Kanban.module.css";
import type { Look } from "./look";
import type { Lane } from "./useKanban";

const DAY = 86_400_000;
const FACTS = 2;

interface FaceProps {
  object: ObjectDef;
  look: Look;
  money?: Field;
  record: RecordItem;
}

/** How many days it has stood in its stage. */
function Days({ since }: { since: string }) {
  const { t } = useTranslation();
  const days = Math.max(0, Math.floor((useNow() - Date.parse(since)) / DAY));
  return <span className={styles.days}>{t("lists.days_here", { count: days })}</span>;
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
        field.name !== object.title_field &&
        field.type !== "stage" &&
        field.name !== "owner" &&
        !isBlank(record[field.name]),
    )
    .slice(0, FACTS);
  const since = record.stage_since;
  return (
    <>
      {money && !isBlank(record[money.name]) && (
        <p className={styles.money}>
          <FieldValue field={money} value={record[money.name]} />
        </p>
      )}
      <div className={styles.facts}>
        {facts.map(
          (field) =>
            field && <FieldValue key={field.name} field={field} value={record[field.name]} />,
        )}
      </div>
      <footer className={styles.cardFoot}>
        {clock && <ClockChip clock={clock} />}
        {typeof since === "string" && <Days since={since} />}
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
  const { setNodeRef, setActivatorNodeRef, listeners, attributes, isDragging } = useDraggable({
    id: record.id,
    data: { record, lane },
    disabled: onMove === undefined,
  });
  const others = lanes.filter((one) => one.key !== lane.key && one.key !== null);
  return (
    <article
      ref={setNodeRef}
      className={cx(styles.card, isDragging && styles.lifted)}
      {...listeners}
    >
      <header className={styles.cardHead}>
        <button type="button" className={styles.title} onClick={() => onOpen(record)}>
          {title}
        </button>
        {onMove && (
          <>
            <button
              type="button"
              ref={setActivatorNodeRef}
              className={styles.grip}
              {...attributes}
              aria-label={t("lists.drag", { title })}
            >
              <GripVertical size={15} aria-hidden />
            </button>
            <Popover
              label={t("lists.move_to", { title })}
              button={(anchor) => (
                <Button
                  look="ghost"
                  className={styles.tool}
                  icon={<ArrowRightLeft size={14} />}
                  aria-label={t("lists.move_to", { title })}
                  {...anchor}
                />
              )}
            >
              {(close) =>
                others.map((one) => (
                  <button
                    key={one.key}
                    type="button"
                    className={menu.item}
                    onClick={() => {
                      close();
                      onMove(one);
                    }}
                  >
                    {one.label}
                  </button>
                ))
              }
            </Popover>
          </>
        )}
      </header>
      <CardFace {...face} />
    </article>
  );
}
