/** One record on a board: what it is, which light is on, and who else may get it. */
import { useDraggable } from "@dnd-kit/core";
import { Link } from "@tanstack/react-router";
import { GripVertical, UserRoundPen } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import type { ObjectDef } from "@/shared/api/types";
import { Avatar } from "@/shared/ui/Avatar";
import { Button } from "@/shared/ui/Button";
import { ClockChip } from "@/shared/ui/ClockChip";
import { isCounting, mostUrgent } from "@/shared/ui/clock";
import { cx } from "@/shared/ui/cx";
import { FieldValue, isBlank } from "@/shared/ui/FieldValue";
import menu from "@/shared/ui/menu.module.css";
import { Popover } from "@/shared/ui/Popover";
import styles from "./Board.module.css";
import { LightTag } from "./LightTag";
import { type Board, type CardItem, laneId, type Lane } from "./types";

export function titleOf(object: ObjectDef | undefined, card: CardItem): string {
  const title = object?.title_field ? card.record[object.title_field] : undefined;
  return typeof title === "string" && title ? title : card.record.id.slice(-6);
}

interface CardProps {
  board: Board;
  lane: Lane;
  card: CardItem;
  /** Without it the card stays where it is. */
  onMove?: (to: Lane) => void;
}

function MoveMenu({ board, lane, title, onMove }: Omit<CardProps, "card"> & { title: string }) {
  const { t } = useTranslation();
  const others = board.lanes.filter((one) => one.takes && laneId(one) !== laneId(lane));
  return (
    <Popover
      label={t("boards.move_to", { title })}
      button={(anchor) => (
        <Button
          look="ghost"
          className={styles.tool}
          icon={<UserRoundPen size={15} />}
          aria-label={t("boards.move_to", { title })}
          {...anchor}
        />
      )}
    >
      {(close) =>
        others.map((one) => (
          <button
            key={laneId(one)}
            type="button"
            className={menu.item}
            onClick={() => {
              close();
              onMove?.(one);
            }}
          >
            <Avatar name={one.person?.label ?? ""} />
            <span className={menu.grow}>{one.person?.label}</span>
            <span className={styles.held}>{one.count}</span>
          </button>
        ))
      }
    </Popover>
  );
}

/** What a card shows; the same under the pointer while it is dragged. */
export function CardFace({ board, card }: Pick<CardProps, "board" | "card">) {
  const object = useObject(board.object);
  const light = board.lights.find((one) => one.key === card.light);
  const clock = mostUrgent(card.clocks.filter(isCounting));
  const shown = board.columns
    .map((name) => object?.fields.find((field) => field.name === name))
    .filter((field) => field !== undefined && !isBlank(card.record[field.name]));
  return (
    <>
      <div className={styles.tags}>
        {light && <LightTag light={light} />}
        {clock && <ClockChip clock={clock} />}
      </div>
      <dl className={styles.facts}>
        {shown.map(
          (field) =>
            field && (
              <div key={field.name}>
                <dt>{field.label}</dt>
                <dd>
                  <FieldValue field={field} value={card.record[field.name]} />
                </dd>
              </div>
            ),
        )}
      </dl>
    </>
  );
}

export function Card({ board, lane, card, onMove }: CardProps) {
  const { t } = useTranslation();
  const title = titleOf(useObject(board.object), card);
  const { setNodeRef, setActivatorNodeRef, listeners, attributes, isDragging } = useDraggable({
    id: card.record.id,
    data: { card, lane },
    disabled: onMove === undefined,
  });
  return (
    <article
      ref={setNodeRef}
      className={cx(styles.card, isDragging && styles.lifted)}
      {...listeners}
    >
      <header>
        <Link
          to="/o/$object/records/$id/full"
          params={{ object: board.object, id: card.record.id }}
          className={styles.title}
          draggable={false}
        >
          {title}
        </Link>
        {onMove && (
          <>
            <button
              type="button"
              ref={setActivatorNodeRef}
              className={styles.grip}
              {...attributes}
              aria-label={t("boards.drag", { title })}
            >
              <GripVertical size={15} aria-hidden />
            </button>
            <MoveMenu board={board} lane={lane} title={title} onMove={onMove} />
          </>
        )}
      </header>
      <CardFace board={board} card={card} />
    </article>
  );
}
