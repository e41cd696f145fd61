/** Cards that go from lane to lane: by mouse, by touch, and by the arrow keys with every step said aloud. */
import {
  DndContext,
  DragOverlay,
  KeyboardSensor,
  MouseSensor,
  TouchSensor,
  useSensor,
  useSensors,
  type DragEndEvent,
} from "@dnd-kit/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Carried } from "./LaneCard";
import { byLanes, lanesUnder } from "./movement";

interface LanesDragProps<Item> {
  /** What a lane is called, by its id. */
  nameOf: (lane: string) => string;
  /** The card that is in the air, as `onHold` told it. */
  held: Item | undefined;
  onHold: (item: Item | undefined) => void;
  onDrop: (item: Item, from: string, to: string) => void;
  /** What is under the pointer while a card is in the air. */
  flying: (item: Item) => ReactNode;
  children: ReactNode;
}

export function LanesDrag<Item>(props: LanesDragProps<Item>) {
  const { nameOf, held, onHold, onDrop, flying, children } = props;
  const { t } = useTranslation();
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 6 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 200, tolerance: 8 } }),
    useSensor(KeyboardSensor, { coordinateGetter: byLanes }),
  );
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    onHold(undefined);
    const { item, from } = active.data.current as Carried<Item>;
    if (over && over.id !== from) onDrop(item, from, String(over.id));
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={lanesUnder}
      onDragStart={({ active }) => onHold((active.data.current as Carried<Item>).item)}
      onDragEnd={onDragEnd}
      onDragCancel={() => onHold(undefined)}
      accessibility={{
        screenReaderInstructions: { draggable: t("lanes.how") },
        announcements: {
          onDragStart: () => undefined,
          onDragOver: ({ over }) =>
            over ? t("lanes.over", { lane: nameOf(String(over.id)) }) : undefined,
          onDragEnd: () => t("lanes.dropped"),
          onDragCancel: () => t("lanes.cancelled"),
        },
      }}
    >
      {children}
      <DragOverlay dropAnimation={null}>{held !== undefined && flying(held)}</DragOverlay>
    </DndContext>
  );
}
