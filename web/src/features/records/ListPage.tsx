/** The list of any object: views, filters, grid or cards, pages; a record opens as a drawer over it. */
import { useQuery } from "@tanstack/react-query";
import { Outlet, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Plus, SearchX } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import type { ObjectDef, RecordItem } from "@/shared/api/types";
import { FilterBar } from "@/shared/filter/FilterBar";
import { expressionOf } from "@/shared/filter/model";
import { useIsPhone } from "@/shared/media";
import { recall, remember } from "@/shared/storage";
import { Button } from "@/shared/ui/Button";
import { cx } from "@/shared/ui/cx";
import { Grid } from "@/shared/ui/Grid";
import { Empty, ErrorState } from "@/shared/ui/States";
import { listQuery, viewsQuery } from "./api";
import { columnNames, columnsOf } from "./columns";
import styles from "./ListPage.module.css";
import {
  Cards,
  ColumnPicker,
  ListSkeleton,
  OnlyChip,
  Pager,
  useCount,
  ViewTabs,
} from "./ListParts";
import { useLiveList } from "./live";
import { RecordOrderProvider } from "./neighbours";
import type { ListSearch } from "./search";
import { TransferMenu } from "./TransferMenu";
import { useFresh } from "./useFresh";

/** The reader's own columns for a view, kept in this browser. */
function useOwnColumns(object: string, view: string | undefined) {
  const name = `columns.${object}.${view ?? ""}`;
  const [own, setOwn] = useState<Record<string, string[] | null>>({});
  const kept = own[name] === undefined ? recall<string[] | null>(name, null) : own[name];
  const keep = (columns: string[] | undefined) => {
    remember(name, columns ?? null);
    setOwn({ ...own, [name]: columns ?? null });
  };
  return [kept, keep] as const;
}

function List({ object }: { object: ObjectDef }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search: ListSearch = useSearch({ strict: false });
  const { id: openId } = useParams({ strict: false });
  const phone = useIsPhone();
  const count = useCount();
  useLiveList(object.name);

  const view = object.views.find((one) => one.key === search.view) ?? object.views[0];
  const filters = search.f ?? [];
  const sort = search.sort ?? view?.sort ?? "-created_at";
  const page = search.page ?? 1;
  const given = [view?.filter, search.only?.filter].filter(Boolean);
  const filter = expressionOf(
    given.length > 1 ? given.map((one) => `(${one})`).join(" and ") : given[0],
    filters,
    object.fields,
  );
  const list = useQuery(listQuery(object.name, { filter, sort, q: search.q, page }));
  const views = useQuery(viewsQuery(object.name));

  const [own, keepOwn] = useOwnColumns(object.name, view?.key);
  const core = object.fields.filter((field) => field.core).map((field) => field.name);
  const names = columnNames(object, own ?? view?.columns ?? core);
  const columns = columnsOf(object, names, {
    clock: t("list.clock"),
    none: t("record.untitled"),
  });

  const rows = useMemo(() => list.data?.items ?? [], [list.data]);
  const order = useMemo(() => rows.map((row) => row.id), [rows]);
  const fresh = useFresh(order, `${filter}|${sort}|${search.q}|${page}`, list.isPlaceholderData);

  /** A change to what is asked begins at the first page again. */
  const ask = (next: Partial<ListSearch>) =>
    void navigate({ to: ".", search: (now: ListSearch) => ({ ...now, page: undefined, ...next }) });
  const open = (row: RecordItem) =>
    void navigate({
      to: "/o/$object/records/$id",
      params: { object: object.name, id: row.id },
      search: true,
    });
  const narrowed = filters.length > 0 || Boolean(search.q) || search.only !== undefined;
  const newButton = object.permissions.create && (
    <Button
      look="primary"
      icon={<Plus size={16} />}
      onClick={() =>
        void navigate({ to: "/o/$object/new", params: { object: object.name }, search: true })
      }
    >
      {t("record.new", { object: object.label })}
    </Button>
  );

  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{object.label_plural ?? object.label}</h1>
        {list.data && (
          <span className={styles.total}>
            {t("list.total", {
              count: list.data.total ?? 0,
              shown: count(list.data.total ?? 0, list.data.total_is),
            })}
          </span>
        )}
        <div className={styles.actions}>
          {!phone && <TransferMenu object={object} asked={{ filter, sort, q: search.q }} />}
          {!phone && <ColumnPicker object={object} shown={names} onChange={keepOwn} />}
          {!phone && newButton}
        </div>
      </header>
      <ViewTabs
        views={object.views}
        counts={views.data?.items}
        current={view?.key}
        onChoose={(key) => ask({ view: key, sort: undefined })}
      />
      {search.only && (
        <OnlyChip label={search.only.label} onRemove={() => ask({ only: undefined })} />
      )}
      <FilterBar
        fields={object.fields}
        filters={filters}
        sort={sort}
        q={search.q ?? ""}
        onFilters={(f) => ask({ f: f.length > 0 ? f : undefined })}
        onSort={(next) => ask({ sort: next })}
        onSearch={(q) => ask({ q: q || undefined })}
      />
      <div className={cx(styles.body, list.isPlaceholderData && styles.stale)}>
        {list.isPending ? (
          <ListSkeleton />
        ) : list.isError && rows.length === 0 ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows.length === 0 ? (
          <Empty
            title={t(narrowed ? "list.none_found" : "list.none", { object: object.label })}
            hint={t(narrowed ? "list.none_found_hint" : "list.none_hint", {
              object: object.label,
            })}
            icon={narrowed ? <SearchX size={22} /> : undefined}
            actions={
              narrowed ? (
                <Button onClick={() => ask({ f: undefined, q: undefined, only: undefined })}>
                  {t("filter.clear")}
                </Button>
              ) : (
                newButton
              )
            }
          />
        ) : phone ? (
          <Cards object={object} rows={rows} names={names} />
        ) : (
          <Grid
            label={object.label_plural ?? object.label}
            columns={columns}
            rows={rows}
            fresh={fresh}
            selected={openId}
            sort={sort}
            onSort={(next) => ask({ sort: next })}
            onOpen={open}
          />
        )}
      </div>
      {list.data && rows.length > 0 && (
        <Pager page={page} data={list.data} onPage={(next) => ask({ page: next })} />
      )}
      <RecordOrderProvider value={order}>
        <Outlet />
      </RecordOrderProvider>
    </div>
  );
}

export function ListPage() {
  const { t } = useTranslation();
  const { object: name = "" } = useParams({ strict: false });
  const object = useObject(name);
  if (!object) return <Empty title={t("error.not_found")} />;
  return <List key={name} object={object} />;
}
