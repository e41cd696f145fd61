/** A plain table of some dozens of rows, for pages that administer; on a phone each row is a card. */
import type { ReactNode } from "react";
import { cx } from "./cx";
import styles from "./Table.module.css";

export interface TableColumn<Row> {
  key: string;
  /** Empty over buttons, which say themselves what they do. */
  label: string;
  right?: boolean;
  render: (row: Row) => ReactNode;
}

interface TableProps<Row> {
  label: string;
  /** The first column names the row. */
  columns: TableColumn<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  dimmed?: (row: Row) => boolean;
}

export function Table<Row>({ label, columns, rows, keyOf, dimmed }: TableProps<Row>) {
  const [first, ...rest] = columns;
  if (!first) return null;
  return (
    <table className={styles.table} aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) =>
            column.label ? (
              <th key={column.key} scope="col" className={cx(column.right && styles.right)}>
                {column.label}
              </th>
            ) : (
              <td key={column.key} />
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)} className={cx(dimmed?.(row) && styles.dimmed)}>
            <th scope="row">{first.render(row)}</th>
            {rest.map((column) => (
              <td
                key={column.key}
                data-label={column.label}
                className={cx(column.right && styles.right)}
              >
                {column.render(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
