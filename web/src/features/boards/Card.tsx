/** One record on a board: what it is, which light is on, and who else may get it. */
import { Link } from "@tanstack/react-router";
import { UserRoundPen } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { titleOf } from "@/shared/format/title";
import { LaneCard } from "@/shared/lanes/LaneCard";
import laneStyles from "@/shared/lanes/Lanes.module.css";
import { Avatar } from "@/shared/ui/Avatar";
import { ClockChip } from "@/shared/ui/ClockChip";
import { isCounting, mostUrgent } from "@/shared/ui/clock";
import { FieldValue, isBlank } from "@/shared/ui/FieldValue";
import menu from "@/shared/ui/menu.module.css";
import styles from "./Board.module.css";
import { LightTag } from "./LightTag";
import { type Board, type CardItem, laneId, type Lane } from "./types";

interface CardProps {
  board: Board;
  lane: Lane;
  card: CardItem;
  /** Without it the card stays where it is. */
  onMove?: (to: Lane) => void;
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
    <div className={styles.face}>
      <div className={styles.tags}>
        {light && <LightTag light={light} />}
        {clock && <ClockChip clock={clock} named />}
      </div>
      <dl className={styles.facts}>
        {shown.map(
          (field) =>
            field && (
              <div key={field.name}>
                <dt>{field.label}</dt>
                <dd>
                  <FieldValue field={field} value={card.record[field.name]} record={card.record} />
                </dd>
              </div>
            ),
        )}
      </dl>
    </div>
  );
}

export function Card({ board, lane, card, onMove }: CardProps) {
  const { t } = useTranslation();
  const title = titleOf(useObject(board.object), card.record, t("record.untitled"));
  const others = board.lanes.filter((one) => one.takes && laneId(one) !== laneId(lane));
  return (
    <LaneCard
      id={card.record.id}
      item={card}
      lane={laneId(lane)}
      title={title}
      open={(className) => (
        <Link
          to="/o/$object/records/$id/full"
          params={{ object: board.object, id: card.record.id }}
          className={className}
          draggable={false}
        >
          {title}
        </Link>
      )}
      menu={
        onMove && {
          label: t("boards.move_to", { title }),
          icon: <UserRoundPen size={15} />,
          to: others.map((one) => ({
            id: laneId(one),
            shown: (
              <>
                <Avatar name={one.person?.label ?? ""} />
                <span className={menu.grow}>{one.person?.label}</span>
                <span className={laneStyles.count}>{one.count}</span>
              </>
            ),
            go: () => onMove(one),
          })),
        }
      }
    >
      <CardFace board={board} card={card} />
    </LaneCard>
  );
}
