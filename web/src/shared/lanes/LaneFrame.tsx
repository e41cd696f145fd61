/** One lane: its head, what stands under the head, and its cards; a card may be dropped on it. */
import { useDroppable } from "@dnd-kit/core";
import type { ReactNode } from "react";
import { cx } from "@/shared/ui/cx";
import styles from "./Lanes.module.css";

interface LaneFrameProps {
  id: string;
  name: string;
  head: ReactNode;
  under?: ReactNode;
  /** Whether nothing may be dropped here. */
  closed?: boolean;
  children: ReactNode;
}

export function LaneFrame({ id, name, head, under, closed = false, children }: LaneFrameProps) {
  const { setNodeRef, isOver } = useDroppable({ id, disabled: closed });
  return (
    <section ref={setNodeRef} aria-label={name} className={cx(styles.lane, isOver && styles.over)}>
      <header className={styles.head}>{head}</header>
      {under}
      <div className={styles.cards}>{children}</div>
    </section>
  );
}
