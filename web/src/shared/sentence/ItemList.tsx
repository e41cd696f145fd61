/** Several things of a kind in an order: each can go up, down or away, and another can be added at the end. */
import { ChevronDown, ChevronUp, Plus } from "lucide-react";
import { useEffect, useId, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/shared/ui/Button";
import { RemoveButton } from "./RemoveButton";
import styles from "./ItemList.module.css";

interface ItemListProps<T> {
  items: readonly T[];
  onChange: (next: T[]) => void;
  /** Stays with an item wherever it moves. */
  keyOf: (item: T, at: number) => string;
  /** What the item is called beside its buttons. */
  nameOf: (item: T, at: number) => string;
  add?: { label: string; make: () => T };
  /** What is wrong with the list as a whole. */
  error?: string;
  readonly: boolean;
  children: (item: T, change: (next: T) => void, at: number) => ReactNode;
}

function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const rest = items.filter((_, at) => at !== from);
  return [...rest.slice(0, to), ...items.slice(from, from + 1), ...rest.slice(to)];
}

export function ItemList<T>(props: ItemListProps<T>) {
  const { items, onChange, keyOf, nameOf, add, error, readonly, children } = props;
  const { t } = useTranslation();
  const id = useId();
  // A button keeps the focus while its item moves, unless the item is at the end where the button says no more.
  const refocus = useRef<string[]>([]);
  useEffect(() => {
    const [wanted, other] = refocus.current.map((one) => document.getElementById(one));
    refocus.current = [];
    const enabled = [wanted, other].find(
      (one) => one instanceof HTMLButtonElement && !one.disabled,
    );
    enabled?.focus();
  });

  const move = (at: number, to: number, key: string) => {
    const [same, back] = to < at ? ["up", "down"] : ["down", "up"];
    refocus.current = [`${id}${key}${same}`, `${id}${key}${back}`];
    onChange(moved(items, at, to));
  };
  return (
    <div className={styles.list}>
      <ol>
        {items.map((item, at) => {
          const key = keyOf(item, at);
          const name = nameOf(item, at);
          const change = (next: T) => onChange(items.map((one, i) => (i === at ? next : one)));
          return (
            <li key={key} className={styles.item}>
              <div className={styles.body}>{children(item, change, at)}</div>
              {!readonly && (
                <div className={styles.tools}>
                  <Button
                    id={`${id}${key}up`}
                    look="ghost"
                    icon={<ChevronUp size={16} />}
                    aria-label={t("sentence.up", { name })}
                    disabled={at === 0}
                    onClick={() => move(at, at - 1, key)}
                  />
                  <Button
                    id={`${id}${key}down`}
                    look="ghost"
                    icon={<ChevronDown size={16} />}
                    aria-label={t("sentence.down", { name })}
                    disabled={at === items.length - 1}
                    onClick={() => move(at, at + 1, key)}
                  />
                  <RemoveButton
                    name={name}
                    onClick={() => onChange(items.filter((_, i) => i !== at))}
                  />
                </div>
              )}
            </li>
          );
        })}
      </ol>
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
      {add && !readonly && (
        <Button icon={<Plus size={15} />} onClick={() => onChange([...items, add.make()])}>
          {add.label}
        </Button>
      )}
    </div>
  );
}
