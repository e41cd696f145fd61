/** Our own grid: rows from metadata, only those in sight are drawn, all of it works from the keyboard. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from "react";
import styles from "./Grid.module.css";
import { GridFoot, GridHead, GridRow, measuresOf, type Column, type HeadProps } from "./GridParts";

/** Which rows are chosen, and what the boxes are called. */
export interface Choice<Row> {
  ids: ReadonlySet<string>;
  labelAll: string;
  labelOf: (row: Row) => string;
  onChoose: (rows: Row[], chosen: boolean) => void;
}

interface GridProps<Row> extends HeadProps<Row> {
  label: string;
  rows: readonly Row[];
  /** Rows that have just come in are lit for a moment. */
  fresh: ReadonlySet<string>;
  selected?: string;
  choice?: Choice<Row>;
  foot?: (column: Column<Row>, at: number) => ReactNode;
  /** Where the rows stood when they were last shown, and what is told when they move. */
  place?: { offset: number; onMove: (offset: number) => void };
  onOpen: (row: Row) => void;
}

const ROW_HEIGHT = 40;
const OVERSCAN = 8;

export function Grid<Row extends { id: string }>(props: GridProps<Row>) {
  const { label, columns, rows, fresh, selected, choice, foot, place, onOpen } = props;
  const scroller = useRef<HTMLDivElement>(null);
  // The row that Tab comes to; kept by id so that a row sliding in above does not take the focus along.
  const [current, setCurrent] = useState<string>();
  // The row that was chosen last: with the shift key all between it and the next one are.
  const last = useRef<string>(undefined);
  // eslint-disable-next-line react-hooks/incompatible-library -- no compiler here that could memoize it
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (i) => rows[i]?.id ?? i,
    initialOffset: place?.offset,
    overscan: OVERSCAN,
  });

  const focusRow = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!row) return;
    setCurrent(row.id);
    virtual.scrollToIndex(rows.indexOf(row));
    const shownAt = () => scroller.current?.querySelector<HTMLElement>(`[data-row="${row.id}"]`);
    const shown = shownAt();
    // At once where the row is drawn already: the next key may come before the next frame.
    if (shown) shown.focus();
    else requestAnimationFrame(() => shownAt()?.focus());
  };

  const choose = (index: number, through: boolean) => {
    const row = rows[index];
    if (!row || !choice) return;
    const from = through ? rows.findIndex((one) => one.id === last.current) : -1;
    const span = from < 0 ? [row] : rows.slice(Math.min(from, index), Math.max(from, index) + 1);
    choice.onChoose(span, through || !choice.ids.has(row.id));
    last.current = row.id;
  };

  const indexOf = (target: EventTarget) => {
    const row = (target as HTMLElement).closest<HTMLElement>("[data-row]");
    return row ? Number(row.dataset.index) : -1;
  };

  const onClick = (event: MouseEvent) => {
    const index = indexOf(event.target);
    const row = rows[index];
    if (!row) return;
    const onBox = (event.target as HTMLElement).closest("[data-check]") !== null;
    if (choice && (onBox || event.shiftKey)) choose(index, event.shiftKey);
    else onOpen(row);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    const index = indexOf(target);
    const row = rows[index];
    if (!row || target.dataset.row === undefined) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const goes: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + page,
      PageUp: index - page,
      Home: 0,
      End: rows.length - 1,
    };
    const next = goes[event.key];
    if (next !== undefined) {
      event.preventDefault();
      if (choice && event.shiftKey) {
        if (last.current === undefined) choose(index, false);
        choose(Math.max(0, Math.min(rows.length - 1, next)), true);
      }
      focusRow(next);
    } else if (event.key === "Enter") {
      event.preventDefault();
      onOpen(row);
    } else if (event.key === " " && choice) {
      event.preventDefault();
      choose(index, event.shiftKey);
    } else if (event.key === "a" && (event.ctrlKey || event.metaKey) && choice) {
      event.preventDefault();
      choice.onChoose([...rows], true);
    } else if (event.key === "Escape") {
      if (choice && choice.ids.size > 0) choice.onChoose([...rows], false);
      else target.blur();
    }
  };

  const tabStop = rows.some((row) => row.id === current) ? current : rows[0]?.id;
  const chosen = choice ? rows.filter((row) => choice.ids.has(row.id)).length : 0;
  const state = chosen === 0 ? "none" : chosen === rows.length ? "all" : "some";

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-multiselectable={choice && true}
      className={styles.grid}
      style={measuresOf(columns, choice !== undefined)}
      tabIndex={-1}
      onScroll={(event) => place?.onMove(event.currentTarget.scrollTop)}
    >
      <div className={styles.sized} role="presentation">
        <GridHead
          {...props}
          check={
            choice && {
              label: choice.labelAll,
              state,
              onToggle: () => choice.onChoose([...rows], state !== "all"),
            }
          }
        />
        <div
          role="rowgroup"
          className={styles.body}
          style={{ height: virtual.getTotalSize() }}
          onClick={onClick}
          onKeyDown={onKeyDown}
          onFocus={(event) => {
            const id = (event.target as HTMLElement).dataset.row;
            if (id) setCurrent(id);
          }}
        >
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const row = rows[index];
            return (
              row && (
                <GridRow
                  key={key}
                  row={row}
                  columns={columns}
                  chosen={choice?.ids.has(row.id)}
                  checkLabel={choice?.labelOf(row)}
                  open={row.id === selected}
                  fresh={fresh.has(row.id)}
                  stop={row.id === tabStop}
                  index={index}
                  start={start}
                />
              )
            );
          })}
        </div>
        {foot && <GridFoot columns={columns} checks={choice !== undefined} render={foot} />}
      </div>
    </div>
  );
}
