/** A live board: a lane for each person, red first; a record goes to somebody else by drag, by key or by menu. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { UsersRound } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import type { RecordItem } from "@/shared/api/types";
import { titleOf } from "@/shared/format/title";
import { FlyingCard } from "@/shared/lanes/LaneCard";
import { LanesDrag } from "@/shared/lanes/LanesDrag";
import { useIsPhone } from "@/shared/media";
import { useStreamEvent } from "@/shared/stream";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import { Empty, ErrorState, Skeleton, useErrorText } from "@/shared/ui/States";
import { useTitle } from "@/shared/ui/title";
import { showToast } from "@/shared/ui/toast";
import { useCoalesced } from "@/shared/useCoalesced";
import { boardQuery, useMove, type Move } from "./api";
import styles from "./Board.module.css";
import { CardFace } from "./Card";
import { Figures, LaneView } from "./LaneView";
import { LightTag } from "./LightTag";
import { type Board, type CardItem, type Lane, laneId } from "./types";

const REFRESH_EVERY = 1_000;
/** Cards of each lane at first, as many as a window shows: on a phone lanes stand below each other. */
const FEW = 3;
const SEVERAL = 6;

/** Refetch a board when one of its records or clocks changes; while a card is in the air the query waits. */
function useLiveBoard(board: Board | undefined, key: string): void {
  const client = useQueryClient();
  const refresh = useCoalesced(
    () => client.invalidateQueries({ queryKey: ["board", key] }),
    REFRESH_EVERY,
  );
  const onChange = (event: { object: string }) => {
    if (event.object === board?.object) refresh();
  };
  useStreamEvent("record", onChange);
  useStreamEvent("clock", onChange);
  useStreamEvent("resync", refresh);
}

interface Asked {
  card: CardItem;
  from: Lane;
  to: Lane;
}

interface LanesProps {
  board: Board;
  held: CardItem | undefined;
  onHold: (card: CardItem | undefined) => void;
}

function Lanes({ board, held, onHold }: LanesProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const object = useObject(board.object);
  const move = useMove(board);
  const [asked, setAsked] = useState<Asked>();
  const nameOf = (card: CardItem) => titleOf(object, card.record, t("record.untitled"));

  const failed = (error: unknown) => showToast(textOf(error), "failed");
  // Each move is told of by itself, also when the next one begins before it has ended.
  const back = (undone: Move) =>
    void move.mutateAsync(undone).then(() => showToast(t("boards.undone")), failed);
  const give = ({ card, from, to }: Asked) => {
    const [source, target] = [laneId(from), laneId(to)];
    const given = (record: RecordItem) => {
      const text = t("boards.moved", { title: nameOf(card), person: to.person?.label ?? "" });
      const now = { ...card, record: { ...card.record, version: record.version } };
      const run = () => back({ card: now, from: target, to: source });
      showToast(text, "done", from.takes ? { label: t("do.take_back"), run } : undefined);
    };
    void move.mutateAsync({ card, from: source, to: target }).then(given, failed);
  };
  // What can't be taken back is asked before.
  const wish = (asked: Asked) => (asked.from.takes ? give(asked) : setAsked(asked));

  const laneOf = (id: string) => board.lanes.find((lane) => laneId(lane) === id);

  return (
    <>
      <LanesDrag
        nameOf={(id) => laneOf(id)?.person?.label ?? ""}
        held={held}
        onHold={onHold}
        onDrop={(card, source, target) => {
          const [from, to] = [laneOf(source), laneOf(target)];
          if (from && to) wish({ card, from, to });
        }}
        flying={(card) => (
          <FlyingCard title={nameOf(card)}>
            <CardFace board={board} card={card} />
          </FlyingCard>
        )}
      >
        <div className={styles.lanes}>
          {board.lanes.map((lane) => (
            <LaneView
              key={laneId(lane)}
              board={board}
              lane={lane}
              onMove={board.movable ? (card, from, to) => wish({ card, from, to }) : undefined}
            />
          ))}
        </div>
      </LanesDrag>
      {asked && (
        <Sheet
          kind="dialog"
          label={t("boards.ask", {
            title: nameOf(asked.card),
            person: asked.to.person?.label ?? "",
          })}
          onClose={() => setAsked(undefined)}
          foot={
            <>
              <Button onClick={() => setAsked(undefined)}>{t("do.cancel")}</Button>
              <Button
                look="primary"
                data-autofocus
                onClick={() => {
                  setAsked(undefined);
                  give(asked);
                }}
              >
                {t("boards.confirm")}
              </Button>
            </>
          }
        >
          <p>{t("boards.ask_hint")}</p>
        </Sheet>
      )}
    </>
  );
}

export function BoardPage() {
  const { t } = useTranslation();
  const { board: key = "" } = useParams({ strict: false });
  const phone = useIsPhone();
  const [held, setHeld] = useState<CardItem>();
  const board = useQuery({ ...boardQuery(key, phone ? FEW : SEVERAL), enabled: !held });
  useLiveBoard(board.data, key);
  useTitle(board.data?.label ?? "");
  // At first in slices: all cards at once would hold up the page.
  const drawn = useDeferredValue(board.data !== undefined);
  if (board.isPending || (board.data && !drawn)) return <Skeleton lines={8} />;
  if (!board.data) {
    return <ErrorState error={board.error} onRetry={() => void board.refetch()} />;
  }
  const { label, lights, totals, lanes } = board.data;
  return (
    <div className={styles.page}>
      <header className={styles.top}>
        <h1>{label}</h1>
        <div className={styles.tags}>
          {lights.map((light) => (
            <LightTag key={light.key} light={light} count={totals.lights[light.key] ?? 0} />
          ))}
        </div>
        <Figures board={board.data} counted={totals} />
      </header>
      {lanes.length === 0 ? (
        <Empty
          title={t("boards.no_lanes")}
          hint={t("boards.no_lanes_hint")}
          icon={<UsersRound size={22} />}
        />
      ) : (
        <Lanes key={key} board={board.data} held={held} onHold={setHeld} />
      )}
    </div>
  );
}
