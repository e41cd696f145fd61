/** One person's lane: how many stand under each light, figures, and the records, the worst first. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { UserRoundX } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/shared/format/useFormat";
import { LaneFrame } from "@/shared/lanes/LaneFrame";
import laneStyles from "@/shared/lanes/Lanes.module.css";
import { Avatar } from "@/shared/ui/Avatar";
import { Button } from "@/shared/ui/Button";
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
  const name = lane.person?.label ?? t("boards.nobody");
  const showMore = () => (wide ? void rest.fetchNextPage() : setWide(true));
  return (
    <LaneFrame
      id={id}
      name={name}
      closed={!lane.takes}
      head={
        <>
          {lane.person ? <Avatar name={name} /> : <UserRoundX size={20} aria-hidden />}
          <h2 className={styles.name}>{name}</h2>
          <span className={laneStyles.count}>{t("boards.count", { count: lane.count })}</span>
        </>
      }
      under={
        <>
          <div className={styles.tags}>
            {board.lights
              .filter((light) => (lane.lights[light.key] ?? 0) > 0)
              .map((light) => (
                <LightTag key={light.key} light={light} count={lane.lights[light.key]} />
              ))}
          </div>
          <Figures board={board} counted={lane} />
        </>
      }
    >
      {items.map((card) => (
        <Card
          key={card.record.id}
          board={board}
          lane={lane}
          card={card}
          onMove={onMove && ((to) => onMove(card, lane, to))}
        />
      ))}
      {items.length === 0 && <p className={laneStyles.none}>{t("boards.none")}</p>}
      {more && (
        <Button busy={rest.isFetching && wide} onClick={showMore}>
          {t("boards.more")}
        </Button>
      )}
    </LaneFrame>
  );
}
