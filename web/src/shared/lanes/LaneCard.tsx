/** A card in a lane: dragged as a whole, by its grip with the keyboard, or sent elsewhere by a menu. */
import { useDraggable } from "@dnd-kit/core";
import { GripVertical } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/shared/ui/Button";
import { cx } from "@/shared/ui/cx";
import menu from "@/shared/ui/menu.module.css";
import { Popover } from "@/shared/ui/Popover";
import styles from "./Lanes.module.css";

/** What a card has with it while it is dragged. */
export interface Carried<Item> {
  item: Item;
  from: string;
}

interface LaneCardProps<Item> {
  id: string;
  item: Item;
  lane: string;
  title: string;
  /** The title as what opens the record, drawn with the class it is given. */
  open: (className: string | undefined) => ReactNode;
  /** Without it the card stays where it is. */
  menu?: MoveMenuProps;
  children: ReactNode;
}

export function LaneCard<Item>(props: LaneCardProps<Item>) {
  const { id, item, lane, title, open, menu: moves, children } = props;
  const { t } = useTranslation();
  const data: Carried<Item> = { item, from: lane };
  const { setNodeRef, setActivatorNodeRef, listeners, attributes, isDragging } = useDraggable({
    id,
    data: { ...data },
    disabled: moves === undefined,
  });
  return (
    <article
      ref={setNodeRef}
      className={cx(styles.card, isDragging && styles.lifted)}
      {...listeners}
    >
      <header className={styles.cardHead}>
        {open(styles.title)}
        {moves && (
          <>
            <button
              type="button"
              ref={setActivatorNodeRef}
              className={styles.grip}
              {...attributes}
              aria-label={t("lanes.drag", { title })}
            >
              <GripVertical size={15} aria-hidden />
            </button>
            <MoveMenu {...moves} />
          </>
        )}
      </header>
      {children}
    </article>
  );
}

interface MoveMenuProps {
  label: string;
  icon: ReactElement;
  to: { id: string; shown: ReactNode; go: () => void }[];
}

function MoveMenu({ label, icon, to }: MoveMenuProps) {
  return (
    <Popover
      label={label}
      button={(anchor) => (
        <Button look="ghost" className={styles.tool} icon={icon} aria-label={label} {...anchor} />
      )}
    >
      {(close) =>
        to.map((one) => (
          <button
            key={one.id}
            type="button"
            className={menu.item}
            onClick={() => {
              close();
              one.go();
            }}
          >
            {one.shown}
          </button>
        ))
      }
    </Popover>
  );
}

/** The card under the pointer while it is dragged. */
export function FlyingCard({ title, children }: { title: string; children: ReactNode }) {
  return (
    <article className={cx(styles.card, styles.flying)}>
      <p className={styles.title}>{title}</p>
      {children}
    </article>
  );
}
