/**
 * One field for everything: finds records and tells what is there already, goes to pages, begins actions. A combobox
 * whose list is always shown; the focus stays in the field, the arrow keys move the choice.
 */
import { useNavigate } from "@tanstack/react-router";
import { Search, SearchX, X } from "lucide-react";
import { useEffect, useEffectEvent, useId, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import type { Picking } from "@/shared/commands";
import { Button } from "@/shared/ui/Button";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { useSettled } from "@/shared/useSettled";
import type { Destination, Entry } from "./entries";
import styles from "./Search.module.css";
import { useEntries, useRecordEntries } from "./useEntries";

const ASK_AFTER = 150;

interface PanelProps {
  pages: readonly Destination[];
  /** Begin with the choice of a record for an operation. */
  picking?: Picking;
  /** Something was chosen, or nothing is wanted any more. */
  onDone: () => void;
}

interface OptionProps {
  entry: Entry;
  id: string;
  active: boolean;
  onPoint: () => void;
  onChoose: () => void;
}

function Option({ entry, id, active, onPoint, onChoose }: OptionProps) {
  const own = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (active) own.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <li
      ref={own}
      id={id}
      role="option"
      aria-selected={active}
      aria-disabled={entry.target === undefined}
      className={styles.option}
      onPointerMove={entry.target && onPoint}
      onClick={entry.target && onChoose}
    >
      {entry.icon && <span className={styles.icon}>{entry.icon}</span>}
      <span className={styles.label}>{entry.label}</span>
      {entry.hint && <span className={styles.hint}>{entry.hint}</span>}
    </li>
  );
}

export function CommandPanel({ pages, picking: begun, onDone }: PanelProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const base = useId();
  const list = useRef<HTMLDivElement>(null);
  const [text, setText] = useState("");
  const [picking, setPicking] = useState(begun);
  const [chosen, setChosen] = useState<string>();
  const words = text.trim();
  const q = useSettled(words, ASK_AFTER);
  const object = useObject(picking?.object ?? "");
  const operation = object?.operations.find((one) => one.name === picking?.operation);
  const all = useEntries(picking ? "" : q, pages);
  const records = useRecordEntries(q, object, picking);
  const { sections, loading, asksAnew, error, retry } = picking ? records : all;
  const answered = words === q && !asksAnew;

  const entries = sections.flatMap((one) => one.entries);
  const enabled = entries.filter((one) => one.target);
  const active = enabled.find((one) => one.id === chosen) ?? enabled[0];
  const idOf = (entry: Entry) => `${base}-${entry.id}`;

  const choose = (entry: Entry | undefined) => {
    if (!entry?.target) return;
    if ("picking" in entry.target) {
      setPicking(entry.target.picking);
      setText("");
      return;
    }
    onDone();
    void navigate(entry.target.link);
  };
  // Enter before the answer waits for it: what stands there until then was found for other words.
  const entered = useRef(false);
  const chooseFound = useEffectEvent(() => choose(active));
  useEffect(() => {
    if (!answered || !entered.current) return;
    entered.current = false;
    chooseFound();
  }, [answered]);

  const move = (by: number) => {
    entered.current = false;
    const at = active ? enabled.indexOf(active) : -1;
    setChosen(enabled.at((at + by) % enabled.length)?.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // The keys that choose a Chinese word are not ours.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter" && (answered || chosen !== undefined)) choose(active);
    else if (event.key === "Enter") entered.current = true;
    else if (event.key === "Escape" && text) setText("");
    else if ((event.key === "Escape" || event.key === "Backspace") && !text && picking && !begun) {
      setPicking(undefined);
    } else return;
    event.preventDefault();
  };
  const placeholder =
    object && operation
      ? t("search.pick", { object: object.label, operation: operation.label })
      : t("search.placeholder");

  return (
    <div className={styles.panel}>
      <div className={styles.field}>
        <Search size={18} aria-hidden />
        <input
          data-autofocus
          role="combobox"
          type="text"
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="go"
          maxLength={100}
          aria-label={placeholder}
          aria-expanded
          aria-autocomplete="list"
          aria-controls={`${base}-list`}
          aria-activedescendant={active && idOf(active)}
          placeholder={placeholder}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(undefined);
            entered.current = false;
          }}
          onKeyDown={onKeyDown}
        />
        {text && (
          <Button
            look="ghost"
            icon={<X size={16} />}
            aria-label={t("filter.clear")}
            onClick={() => setText("")}
          />
        )}
      </div>
      <div
        ref={list}
        id={`${base}-list`}
        role="listbox"
        aria-label={t("search.results")}
        className={styles.list}
      >
        {sections.map((section) => (
          <ul
            key={section.key}
            role="group"
            aria-labelledby={`${base}-${section.key}`}
            className={section.key === "matches" ? styles.matches : undefined}
          >
            <li role="presentation" id={`${base}-${section.key}`} className={styles.heading}>
              {section.label}
            </li>
            {section.entries.map((entry) => (
              <Option
                key={entry.id}
                entry={entry}
                id={idOf(entry)}
                active={entry === active}
                onPoint={() => setChosen(entry.id)}
                onChoose={() => choose(entry)}
              />
            ))}
          </ul>
        ))}
      </div>
      {loading ? (
        <Skeleton lines={4} />
      ) : error ? (
        <ErrorState error={error} onRetry={retry} />
      ) : (
        entries.length === 0 && (
          <Empty
            icon={<SearchX size={22} />}
            title={
              picking && !q
                ? t("search.none_to_pick", { object: object?.label })
                : t("search.none", { q })
            }
            hint={picking && !q ? undefined : t("search.none_hint")}
          />
        )
      )}
      <p className={styles.status} role="status">
        {q && !loading ? t("search.found", { count: entries.length }) : ""}
      </p>
    </div>
  );
}
