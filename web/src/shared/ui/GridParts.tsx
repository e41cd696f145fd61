/** The head of a grid and one of its rows, for the grid itself and for what shows rows in groups. */
import { ArrowDown, ArrowUp } from "lucide-react";
import { memo, useRef, type CSSProperties, type ReactNode } from "react";
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

/** What the head of a grid can be asked to do. */
export interface HeadProps<Row> {
  columns: Column<Row>[];
  /** As the server writes it: `-score,name`. */
  sort: string;
  onSort: (sort: string) => void;
  /** A column drawn to so many pixels; without it columns keep their width. */
  onWidth?: (key: string, width: number) => void;
}

const PADDING = 40;
const CHECK = 32;
const NARROWEST = 56;
const WIDEST = 1200;
const STEP = 24;

/** The tracks of all rows, given to the element around them. */
export function measuresOf<Row>(columns: Column<Row>[], checks: boolean): CSSProperties {
  const tracks = columns.map((column) => column.track);
  const least = columns.reduce((sum, column) => sum + column.minWidth, PADDING);
  return {
    "--grid-columns": [...(checks ? [`${CHECK}px`] : []), ...tracks].join(" "),
    "--grid-width": `${least + (checks ? CHECK : 0)}px`,
  } as CSSProperties;
}

/** The order after a click on a column's head; with `more` it is one order among several. */
function sortedBy(sort: string, key: string, more: boolean): string {
  const keys = sort.split(",").filter(Boolean);
  const at = keys.findIndex((one) => one.replace(/^-/, "") === key);
  const turned = keys[at] === key ? `-${key}` : key;
  if (!more) return turned;
  return (at < 0 ? [...keys, key] : keys.toSpliced(at, 1, turned)).join(",");
}

function ColumnHead<Row>({
  column,
  sort,
  onSort,
  onWidth,
}: { column: Column<Row> } & Omit<HeadProps<Row>, "columns">) {
  const cell = useRef<HTMLDivElement>(null);
  const keys = sort.split(",");
  const at = keys.findIndex((one) => one.replace(/^-/, "") === column.key);
  const down = keys[at]?.startsWith("-") ?? false;
  const Arrow = down ? ArrowDown : ArrowUp;

  const draw = (by: number, from = cell.current?.offsetWidth ?? 0) =>
    onWidth?.(column.key, Math.round(Math.min(WIDEST, Math.max(NARROWEST, from + by))));

  const hold = (down: React.PointerEvent) => {
    const from = cell.current?.offsetWidth ?? 0;
    const handle = down.currentTarget;
    handle.setPointerCapture(down.pointerId);
    const move = (event: Event) => draw((event as PointerEvent).clientX - down.clientX, from);
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", () =>
      handle.removeEventListener("pointermove", move),
    );
  };

  return (
    <div
      ref={cell}
      role="columnheader"
      aria-sort={at >= 0 ? (down ? "descending" : "ascending") : undefined}
      className={cx(styles.cell, styles.headCell, column.right && styles.right)}
    >
      {column.sortable ? (
        <button
          type="button"
          className={cx(styles.sort, at >= 0 && styles.sorted)}
          aria-keyshortcuts={onWidth && "Alt+ArrowLeft Alt+ArrowRight"}
          onClick={(event) => onSort(sortedBy(sort, column.key, event.shiftKey))}
          onKeyDown={(event) => {
            const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
            if (by === undefined || !event.altKey) return;
            event.preventDefault();
            draw(by);
          }}
        >
          <span>{column.label}</span>
          {at >= 0 && <Arrow size={12} aria-hidden />}
          {at >= 0 && keys.length > 1 && <small>{at + 1}</small>}
        </button>
      ) : (
        <span>{column.label}</span>
      )}
      {onWidth && <span className={styles.handle} aria-hidden onPointerDown={hold} />}
    </div>
  );
}

interface CheckProps {
  label: string;
  state: "all" | "some" | "none";
  onToggle: () => void;
}

export function GridHead<Row>({ check, ...head }: HeadProps<Row> & { check?: CheckProps }) {
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" className={styles.row}>
        {check && (
          <div role="columnheader" className={cx(styles.cell, styles.check)}>
            <input
              type="checkbox"
              aria-label={check.label}
              checked={check.state === "all"}
              ref={(input) => {
                if (input) input.indeterminate = check.state === "some";
              }}
              onChange={check.onToggle}
            />
          </div>
        )}
        {head.columns.map((column) => (
          <ColumnHead key={column.key} {...head} column={column} />
        ))}
      </div>
    </div>
  );
}

export interface RowProps<Row> {
  row: Row;
  columns: Column<Row>[];
  /** Undefined where rows can't be chosen. */
  chosen?: boolean;
  checkLabel?: string;
  open: boolean;
  fresh: boolean;
  stop: boolean;
  index: number;
  start?: number;
}

/** Drawn again only when what it shows has changed; clicks and keys are heard by what is around it. */
function PlainRow<Row extends { id: string }>(props: RowProps<Row>) {
  const { row, columns, chosen, checkLabel, open, fresh, stop, index, start } = props;
  return (
    <div
      role="row"
      data-row={row.id}
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={chosen ?? open}
      aria-current={open || undefined}
      tabIndex={stop ? 0 : -1}
      className={cx(styles.row, fresh && styles.fresh)}
      style={start === undefined ? undefined : { transform: `translateY(${start}px)` }}
    >
      {chosen !== undefined && (
        <div role="gridcell" data-check className={cx(styles.cell, styles.check)}>
          <input type="checkbox" tabIndex={-1} checked={chosen} readOnly aria-label={checkLabel} />
        </div>
      )}
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
  );
}

export const GridRow = memo(PlainRow) as typeof PlainRow;

/** A row under all others that stays in sight. */
export function GridFoot<Row>({
  columns,
  checks,
  render,
}: {
  columns: Column<Row>[];
  checks: boolean;
  render: (column: Column<Row>, at: number) => ReactNode;
}) {
  return (
    <div role="rowgroup" className={styles.foot}>
      <div role="row" className={styles.row}>
        {checks && <div role="gridcell" className={cx(styles.cell, styles.check)} />}
        {columns.map((column, at) => (
          <div
            key={column.key}
            role="gridcell"
            className={cx(styles.cell, column.right && styles.right)}
          >
            {render(column, at)}
          </div>
        ))}
      </div>
    </div>
  );
}
