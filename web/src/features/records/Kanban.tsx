/** Records as cards in columns, by stage or by a choice; a card goes from one to another by drag, key or menu. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePipeline } from "@/shared/api/queries";
import type { Field, ObjectDef, RecordItem } from "@/shared/api/types";
import { titleOf } from "@/shared/format/title";
import { useFormat } from "@/shared/format/useFormat";
import { LaneFrame } from "@/shared/lanes/LaneFrame";
import { FlyingCard } from "@/shared/lanes/LaneCard";
import laneStyles from "@/shared/lanes/Lanes.module.css";
import { LanesDrag } from "@/shared/lanes/LanesDrag";
import { Button } from "@/shared/ui/Button";
import { Skeleton, ErrorState, useErrorText } from "@/shared/ui/States";
import { Tag, tagColor } from "@/shared/ui/Tag";
import { showToast } from "@/shared/ui/toast";
import { Amounts } from "./Amounts";
import { useFigures, type Asked, type Group } from "./figures";
import styles from "./Kanban.module.css";
import { CardFace, KanbanCard } from "./KanbanCard";
import type { Look } from "./look";
import { laneId, laneQuery, useKanban, type Lane, type Move } from "./useKanban";

const GateSheet = lazy(async () => ({ default: (await import("./GateSheet")).GateSheet }));

interface KanbanProps {
  object: ObjectDef;
  look: Look;
  asked: Asked;
  field: Field;
  onOpen: (record: RecordItem) => void;
}

/** What is summed up over a column: the money that the list sums up, else the first there is. */
function moneyOf(object: ObjectDef, look: Look): Field | undefined {
  const money = object.fields.filter((field) => field.type === "money");
  return money.find((one) => one.name in look.totals) ?? money.find((one) => one.core) ?? money[0];
}

function useLanes(object: ObjectDef, field: Field, groups: Group[] | undefined): Lane[] {
  const { t } = useTranslation();
  const pipeline = usePipeline(object);
  const options = field.options ?? [];
  if (field.type === "stage" && pipeline?.field === field.name) {
    return pipeline.stages.map(({ key, label, outcome }) => ({
      key,
      label,
      outcome,
      color: options.find((one) => one.key === key)?.color,
    }));
  }
  const used = (key: string) => groups?.some((group) => group.key === key);
  const lanes: Lane[] = options
    .filter((one) => !one.retired || used(one.key))
    .map(({ key, label, color }) => ({ key, label, color }));
  const without = groups?.some((group) => group.key === null);
  return without ? [{ key: null, label: t("lists.group_none") }, ...lanes] : lanes;
}

interface LaneProps extends KanbanProps {
  lane: Lane;
  lanes: Lane[];
  money?: Field;
  group?: Group;
  held: boolean;
  onMove?: (move: Move) => void;
}

function LaneView(props: LaneProps) {
  const { object, look, asked, field, lane, lanes, money, group, held, onMove, onOpen } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const cards = useInfiniteQuery({
    ...laneQuery(object.name, asked, field, lane),
    enabled: !held,
  });
  const items = cards.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <LaneFrame
      id={laneId(lane)}
      name={lane.label}
      head={
        <>
          <h2>
            <Tag color={tagColor(lane.color)} dot>
              {lane.label}
            </Tag>
          </h2>
          <span className={laneStyles.count}>{format.number(group?.count ?? 0)}</span>
          {money && group?.amounts[0]?.length ? (
            <span className={styles.sum}>
              <Amounts field={money} amounts={group.amounts[0]} />
            </span>
          ) : null}
        </>
      }
    >
      {cards.isPending && <Skeleton lines={3} />}
      {cards.isError && items.length === 0 && (
        <ErrorState error={cards.error} onRetry={() => void cards.refetch()} />
      )}
      {items.map((record) => (
        <KanbanCard
          key={record.id}
          object={object}
          look={look}
          money={money}
          record={record}
          lane={lane}
          lanes={lanes}
          onMove={onMove && ((to) => onMove({ record, from: lane, to }))}
          onOpen={onOpen}
        />
      ))}
      {cards.isSuccess && items.length === 0 && (
        <p className={laneStyles.none}>{t("lists.lane_none")}</p>
      )}
      {cards.hasNextPage && (
        <Button
          look="ghost"
          busy={cards.isFetchingNextPage}
          onClick={() => void cards.fetchNextPage()}
        >
          {t("lists.group_more")}
        </Button>
      )}
    </LaneFrame>
  );
}

export function Kanban(props: KanbanProps) {
  const { object, look, asked, field } = props;
  const { t } = useTranslation();
  const textOf = useErrorText();
  const [held, setHeld] = useState<RecordItem>();
  const money = moneyOf(object, look);
  const sum = money ? [{ field: money, fn: "sum" as const }] : [];
  const { groups } = useFigures(object, asked, field.name, sum);
  const lanes = useLanes(object, field, groups);
  const { move, busy, refused, forget } = useKanban(object, asked, field);
  const movable = object.permissions.update && (field.type === "stage" || !field.readonly);

  const go = async (wanted: Move, undoable = true) => {
    try {
      const record = await move(wanted);
      if (!record) return;
      const back = { record, from: wanted.to, to: wanted.from };
      showToast(
        t("lists.moved", {
          title: titleOf(object, wanted.record, t("record.untitled")),
          lane: wanted.to.label,
        }),
        "done",
        undoable ? { label: t("do.take_back"), run: () => void go(back, false) } : undefined,
      );
    } catch (error) {
      showToast(textOf(error), "failed");
    }
  };
  const laneOf = (id: string) => lanes.find((lane) => laneId(lane) === id);

  return (
    <>
      <LanesDrag
        nameOf={(id) => laneOf(id)?.label ?? ""}
        held={held}
        onHold={setHeld}
        onDrop={(record, source, target) => {
          const [from, to] = [laneOf(source), laneOf(target)];
          if (from && to) void go({ record, from, to });
        }}
        flying={(record) => (
          <FlyingCard title={titleOf(object, record, t("record.untitled"))}>
            <CardFace object={object} look={look} money={money} record={record} />
          </FlyingCard>
        )}
      >
        <div
          className={styles.kanban}
          role="group"
          aria-label={object.label_plural ?? object.label}
          tabIndex={0}
        >
          {lanes.map((lane) => (
            <LaneView
              key={laneId(lane)}
              {...props}
              lane={lane}
              lanes={lanes}
              money={money}
              group={groups?.find((one) => one.key === lane.key)}
              held={held !== undefined}
              onMove={movable ? (wanted) => void go(wanted) : undefined}
            />
          ))}
        </div>
      </LanesDrag>
      {refused?.to.key && (
        <Suspense>
          <GateSheet
            object={object}
            record={refused.record}
            stage={{ key: refused.to.key, label: refused.to.label }}
            unmet={refused.unmet}
            error={refused.error}
            busy={busy}
            onSend={(values) => void go({ ...refused, values })}
            onClose={forget}
          />
        </Suspense>
      )}
    </>
  );
}
