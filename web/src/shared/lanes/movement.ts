/** Dragging cards between lanes: which lane a card is over, and how the arrow keys go from one to the next. */
import {
  KeyboardCode,
  pointerWithin,
  rectIntersection,
  type CollisionDetection,
  type KeyboardCoordinateGetter,
} from "@dnd-kit/core";

/** The lane under the pointer; by keyboard there is none, so the lane that the card lies over. */
export const lanesUnder: CollisionDetection = (args) =>
  args.pointerCoordinates ? pointerWithin(args) : rectIntersection(args);

const STEPS: Partial<Record<string, number>> = {
  [KeyboardCode.Right]: 1,
  [KeyboardCode.Down]: 1,
  [KeyboardCode.Left]: -1,
  [KeyboardCode.Up]: -1,
};

/** Return where the card goes: into the lane beside the one that it is over, where it is dropped with space. */
export const byLanes: KeyboardCoordinateGetter = (event, { currentCoordinates, context }) => {
  const step = STEPS[event.code];
  const { collisionRect, droppableContainers, droppableRects, over } = context;
  if (step === undefined || !collisionRect) return undefined;
  event.preventDefault();
  const lanes = droppableContainers
    .getEnabled()
    .map(({ id }) => ({ id, rect: droppableRects.get(id) }))
    .filter((lane) => lane.rect !== undefined)
    .sort((a, b) => (a.rect?.left ?? 0) - (b.rect?.left ?? 0));
  const middle = collisionRect.left + collisionRect.width / 2;
  const held = lanes.findIndex(
    ({ id, rect }) => id === over?.id || (rect && rect.left <= middle && middle <= rect.right),
  );
  const next = lanes[held < 0 ? (step > 0 ? 0 : lanes.length - 1) : held + step]?.rect;
  if (!next) return currentCoordinates;
  return { x: next.left + (next.width - collisionRect.width) / 2, y: next.top + 12 };
};
