/** Our own grid: rows from metadata, only those in sight are drawn, all of it works from the keyboard. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode } from "react";
import { cx } from "./cx";
import styles from "./Grid.module.css";

export interface Column<Row> {
  key: string;
  label: string;
  /** A CSS grid track, and the pixels that it never goes below. */
  track: string;
  minWidth: number;
  right?: boolean;
  sortable?: boolean;
  render: (row: Row) => ReactNode;
}

interface GridProps<Row> {
  label: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  /** Rows that have just come in are lit for a moment. */
  fresh: ReadonlySet<string>;
  selected?: string;
  sort: string;
  onSort: (sort: string) => void;
  onOpen: (row: Row) => void;
}

const ROW_HEIGHT = 40;
const OVERSCAN = 8;
const PADDING = 40;

function SortHeader<Row>({
  column,
  sort,
  onSort,
}: { column: Column<Row> } & Pick<GridProps<Row>, "sort" | "onSort">) {
  const down = sort === `-${column.key}`;
  const sorted = down || sort === column.key;
  const Arrow = down ? ArrowDown : ArrowUp;
  return (
    <div
      role="columnheader"
      aria-sort={sorted ? (down ? "descending" : "ascending") : undefined}
      className={cx(styles.cell, styles.headCell, column.right && styles.right)}
    >
      {column.sortable ? (
        <button
          type="button"
          className={cx(styles.sort, sorted && styles.sorted)}
          onClick={() => onSort(sorted && !down ? `-${column.key}` : column.key)}
        >
          {column.label}
          {sorted && <Arrow size={12} aria-hidden />}
        </button>
      ) : (
        column.label
      )}
    </div>
  );
}

export function Grid<Row extends { id: string }>(props: GridProps<Row>) {
  const { label, columns, rows, fresh, selected, sort, onSort, onOpen } = props;
  const scroller = useRef<HTMLDivElement>(null);
  // The row that Tab comes to; kept by id so that a row sliding in above does not take the focus along.
  const [current, setCurrent] = useState<string>();
  // eslint-disable-next-line react-hooks/incompatible-library -- no compiler here that could memoize it
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (i) => rows[i]?.id ?? i,
    overscan: OVERSCAN,
  });

  const focusRow = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!row) return;
    setCurrent(row.id);
    virtual.scrollToIndex(rows.indexOf(row));
    const place = () => scroller.current?.querySelector<HTMLElement>(`[data-row="${row.id}"]`);
    const shown = place();
    // At once where the row is drawn already: the next key may come before the next frame.
    if (shown) shown.focus();
    else requestAnimationFrame(() => place()?.focus());
  };

  const onKeyDown = (event: KeyboardEvent, index: number) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const target: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + page,
      PageUp: index - page,
      Home: 0,
      End: rows.length - 1,
    };
    const next = target[event.key];
    const row = rows[index];
    if (next !== undefined) {
      event.preventDefault();
      focusRow(next);
    } else if (event.key === "Enter" && row && event.target === event.currentTarget) {
      event.preventDefault();
      onOpen(row);
    } else if (event.key === "Escape") {
      (event.currentTarget as HTMLElement).blur();
    }
  };

  const tabStop = rows.some((row) => row.id === current) ? current : rows[0]?.id;
  const measures = {
    "--grid-columns": columns.map((column) => column.track).join(" "),
    "--grid-width": `${columns.reduce((sum, column) => sum + column.minWidth, PADDING)}px`,
  } as CSSProperties;

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      className={styles.grid}
      style={measures}
      tabIndex={-1}
    >
      <div className={styles.sized} role="presentation">
        <div role="rowgroup" className={styles.head}>
          <div role="row" className={styles.row}>
            {columns.map((column) => (
              <SortHeader key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </div>
        </div>
        <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const row = rows[index];
            return (
              row && (
                <div
                  key={key}
                  role="row"
                  data-row={row.id}
                  aria-rowindex={index + 2}
                  aria-selected={row.id === selected}
                  tabIndex={row.id === tabStop ? 0 : -1}
                  className={cx(styles.row, fresh.has(row.id) && styles.fresh)}
                  style={{ transform: `translateY(${start}px)` }}
                  onFocus={() => setCurrent(row.id)}
                  onClick={() => onOpen(row)}
                  onKeyDown={(event) => onKeyDown(event, index)}
                >
                  {columns.map((column) => (
                    <div
                      key={column.key}
                      role="gridcell"
                      className={cx(styles.cell, column.right && styles.right)}
                    >
                      {column.render(row)}
                    </div>
                  ))}
                </div>
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}
