/** One person's lane: how many stand under each light, figures, and the records, the worst first. */
import { useDroppable } from "@dnd-kit/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { UserRoundX } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/shared/format/useFormat";
import { Avatar } from "@/shared/ui/Avatar";
import { Button } from "@/shared/ui/Button";
import { cx } from "@/shared/ui/cx";
import { laneQuery } from "./api";
import styles from "./Board.module.css";
import { Card } from "./Card";
import { LightTag } from "./LightTag";
import { type Board, type CardItem, type Counted, type Lane, laneId } from "./types";

export function Figures({ board, counted }: { board: Board; counted: Counted }) {
  const format = useFormat();
  const shown = board.figures.filter((one) => counted.figures[one.key] != null);
  if (shown.length === 0) return null;
  return (
    <p className={styles.figures}>
      {shown.map((one) => {
        const value = counted.figures[one.key] ?? 0;
        return (
          <span key={one.key}>
            {one.label} <b>{one.as === "share" ? format.percent(value) : format.number(value)}</b>
          </span>
        );
      })}
    </p>
  );
}

interface LaneProps {
  board: Board;
  lane: Lane;
  onMove?: (card: CardItem, from: Lane, to: Lane) => void;
}

export function LaneView({ board, lane, onMove }: LaneProps) {
  const { t } = useTranslation();
  const [wide, setWide] = useState(false);
  const id = laneId(lane);
  const rest = useInfiniteQuery({ ...laneQuery(board.key, id), enabled: wide });
  const whole = wide && rest.data ? rest.data.pages.flatMap((page) => page.items) : undefined;
  // A record that has changed its place between two pages is shown once.
  const items = [...new Map((whole ?? lane.items).map((one) => [one.record.id, one])).values()];
  const more = whole ? rest.hasNextPage : lane.more;
  const { setNodeRef, isOver } = useDroppable({ id, data: { lane }, disabled: !lane.takes });
  const name = lane.person?.label ?? t("boards.nobody");
  const showMore = () => (wide ? void rest.fetchNextPage() : setWide(true));
  return (
    <section ref={setNodeRef} className={cx(styles.lane, isOver && styles.over)} aria-label={name}>
      <header className={styles.head}>
        {lane.person ? <Avatar name={name} /> : <UserRoundX size={20} aria-hidden />}
        <h2>{name}</h2>
        <span className={styles.count}>{t("boards.count", { count: lane.count })}</span>
      </header>
      <div className={styles.tags}>
        {board.lights
          .filter((light) => (lane.lights[light.key] ?? 0) > 0)
          .map((light) => (
            <LightTag key={light.key} light={light} count={lane.lights[light.key]} />
          ))}
      </div>
      <Figures board={board} counted={lane} />
      <div className={styles.cards}>
        {items.map((card) => (
          <Card
            key={card.record.id}
            board={board}
            lane={lane}
            card={card}
            onMove={onMove && ((to) => onMove(card, lane, to))}
          />
        ))}
        {items.length === 0 && <p className={styles.none}>{t("boards.none")}</p>}
        {more && (
          <Button busy={rest.isFetching && wide} onClick={showMore}>
            {t("boards.more")}
          </Button>
        )}
      </div>
    </section>
  );
}
