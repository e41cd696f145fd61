/** A list in groups: each with its count and figures, folded or with its records, a few at a time. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useState, type MouseEvent, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Field, ObjectDef, RecordItem, Value } from "@/shared/api/types";
import { isValue } from "@/shared/filter/model";
import { useFormat } from "@/shared/format/useFormat";
import { useIsPhone } from "@/shared/media";
import { Button } from "@/shared/ui/Button";
import { cx } from "@/shared/ui/cx";
import { FieldValue, isBlank } from "@/shared/ui/FieldValue";
import grid from "@/shared/ui/Grid.module.css";
import { GridHead, GridRow, measuresOf as tracksOf, type Column } from "@/shared/ui/GridParts";
import { ErrorState, Skeleton } from "@/shared/ui/States";
import { groupPageQuery } from "./api";
import { Amounts } from "./Amounts";
import { measuresOf, useFigures, type Asked, type Group, type Measured } from "./figures";
import styles from "./Grouped.module.css";
import { Cards } from "./ListParts";
import { within, type Look } from "./look";

/** How many groups lie open at first. */
const OPEN = 3;

interface GroupedProps {
  object: ObjectDef;
  look: Look;
  asked: Asked;
  field: Field;
  columns: Column<RecordItem>[];
  selected?: string;
  nothing: ReactNode;
  onOpen: (row: RecordItem) => void;
  onSort: (sort: string) => void;
}

interface GroupProps extends GroupedProps {
  measures: Measured[];
  group: Group;
  openAtFirst: boolean;
}

function Rows({ object, asked, field, columns, selected, group, look, onOpen }: GroupProps) {
  const { t } = useTranslation();
  const phone = useIsPhone();
  const list = useInfiniteQuery(
    groupPageQuery(object.name, {
      filter: within(asked.filter, isValue(field, group.key)),
      q: asked.q,
      sort: asked.sort,
    }),
  );
  if (list.isPending) return <Skeleton lines={3} />;
  if (list.isError) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  const rows = list.data.pages.flatMap((page) => page.items);
  const rowOf = (target: EventTarget) => {
    const place = (target as HTMLElement).closest<HTMLElement>("[data-row]");
    return rows[Number(place?.dataset.index ?? -1)];
  };
  const step = (event: KeyboardEvent) => {
    const place = (event.target as HTMLElement).closest("[data-row]");
    const all = [...document.querySelectorAll<HTMLElement>(`.${styles.groups} [data-row]`)];
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = rowOf(event.target);
    if (event.key === "Enter" && row) onOpen(row);
    else if (by !== undefined && place) {
      event.preventDefault();
      all[all.indexOf(place as HTMLElement) + by]?.focus();
    }
  };
  return (
    <>
      {phone ? (
        <Cards object={object} rows={rows} names={[object.title_field ?? "", ...look.columns]} />
      ) : (
        <div
          role="presentation"
          className={cx(grid.body, styles.rows)}
          onKeyDown={step}
          onClick={(event: MouseEvent) => {
            const row = rowOf(event.target);
            if (row) onOpen(row);
          }}
        >
          {rows.map((row, index) => (
            <GridRow
              key={row.id}
              row={row}
              columns={columns}
              open={row.id === selected}
              fresh={false}
              stop={index === 0}
              index={index}
            />
          ))}
        </div>
      )}
      {list.hasNextPage && (
        <div role={phone ? undefined : "row"} className={styles.more}>
          <div role={phone ? undefined : "gridcell"}>
            <Button
              look="ghost"
              busy={list.isFetchingNextPage}
              onClick={() => void list.fetchNextPage()}
            >
              {t("lists.group_more")}
            </Button>
          </div>
        </div>
      )}
    </>
  );
}

function GroupPart(props: GroupProps) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const { field, group, measures, openAtFirst } = props;
  const [open, setOpen] = useState(openAtFirst);
  const phone = useIsPhone();
  const head = (
    <button
      type="button"
      className={styles.groupHead}
      aria-expanded={open}
      onClick={() => setOpen(!open)}
    >
      <ChevronRight size={15} aria-hidden className={cx(open && styles.open)} />
      <span className={styles.key}>
        {isBlank(group.key) ? (
          field.type === "person" ? (
            t("lists.group_nobody", { field: field.label })
          ) : (
            t("lists.group_none")
          )
        ) : (
          <FieldValue field={field} value={group.key} />
        )}
      </span>
      <span className={styles.count}>{number(group.count)}</span>
      {measures.map(({ field: measured, fn }, i) => (
        <span key={measured.name} className={styles.figure}>
          {measured.label} {t(`lists.fn.${fn}`)}{" "}
          <strong>
            <Amounts field={measured} amounts={group.amounts[i] ?? []} />
          </strong>
        </span>
      ))}
    </button>
  );
  if (phone) {
    return (
      <section className={styles.group}>
        <div className={styles.bar}>{head}</div>
        {open && <Rows {...props} />}
      </section>
    );
  }
  return (
    <div role="rowgroup" className={styles.group}>
      <div role="row" className={styles.bar}>
        <div role="gridcell" className={styles.barCell}>
          {head}
        </div>
      </div>
      {open && <Rows {...props} />}
    </div>
  );
}

const FIRST_GROUPS = 50;
const ALL_GROUPS = 500;

export function Grouped(props: GroupedProps) {
  const { object, look, asked, field, columns, nothing, onSort } = props;
  const { t } = useTranslation();
  const phone = useIsPhone();
  const [most, setMost] = useState(FIRST_GROUPS);
  const measures = measuresOf(look, object.fields);
  const { whole, more, ...figures } = useFigures(object, asked, field.name, measures, {
    limit: most,
  });
  if (whole.isError) {
    return <ErrorState error={whole.error} onRetry={() => void whole.refetch()} />;
  }
  if (!figures.groups) return <Skeleton lines={8} />;
  if (figures.groups.length === 0) return nothing;
  // Options stand in their own order, all else by how many records there are.
  const place = (key: Value) => {
    const at = field.options?.findIndex((one) => one.key === key) ?? 0;
    return at < 0 ? (field.options?.length ?? 0) : at;
  };
  const groups = figures.groups.sort((a, b) => place(a.key) - place(b.key));
  return (
    <div
      className={cx(grid.grid, styles.groups)}
      role={phone ? undefined : "grid"}
      aria-label={object.label_plural ?? object.label}
      style={tracksOf(columns, false)}
    >
      <div className={cx(!phone && grid.sized)} role="presentation">
        {!phone && <GridHead columns={columns} sort={asked.sort ?? ""} onSort={onSort} />}
        {groups.map((group, i) => (
          <GroupPart
            key={JSON.stringify(group.key)}
            {...props}
            measures={measures}
            group={group}
            openAtFirst={i < OPEN}
          />
        ))}
        {more && most < ALL_GROUPS && (
          <div role={phone ? undefined : "row"} className={styles.more}>
            <div role={phone ? undefined : "gridcell"}>
              <Button busy={whole.isFetching} onClick={() => setMost(ALL_GROUPS)}>
                {t("lists.groups_more")}
              </Button>
            </div>
          </div>
        )}
      </div>
    </div>
  );
}
