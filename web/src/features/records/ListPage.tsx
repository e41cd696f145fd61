/** The list of any object: views, filters, grid, groups, cards or kanban; a record opens as a drawer over it. */
import { useQuery } from "@tanstack/react-query";
import { Outlet, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import {
  Columns3,
  Ellipsis,
  Group,
  Plus,
  SearchX,
  SlidersHorizontal,
  TriangleAlert,
} from "lucide-react";
import { Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useObject, usePipeline } from "@/shared/api/queries";
import type { ObjectDef, RecordItem } from "@/shared/api/types";
import { FilterBar } from "@/shared/filter/FilterBar";
import { titleOf } from "@/shared/format/title";
import { words as laneWords } from "@/shared/lanes/words";
import { lazyPart } from "@/shared/lazyPart";
import { useIsPhone } from "@/shared/media";
import { recall, remember } from "@/shared/storage";
import { Button } from "@/shared/ui/Button";
import { cx } from "@/shared/ui/cx";
import { Grid } from "@/shared/ui/Grid";
import { Empty, ErrorState } from "@/shared/ui/States";
import { useTitle } from "@/shared/ui/title";
import { listQuery, PAGE_SIZES, viewCountsQuery } from "./api";
import { columnNames, columnsOf } from "./columns";
import { isNumber } from "./figures";
import styles from "./ListPage.module.css";
import {
  Cards,
  LayoutSwitch,
  ListSkeleton,
  MenuButton,
  OnlyChip,
  Pager,
  useCount,
  ViewTabs,
} from "./ListParts";
import { words } from "./listWords/words";
import { useLiveList } from "./live";
import { filterOf, groupFields, laneFields } from "./look";
import { RecordOrderProvider } from "./neighbours";
import { placeOf } from "./places";
import type { ListSearch } from "./search";
import { expectsStays } from "./dwell";
import { TransferMenu } from "./TransferMenu";
import { useChosen } from "./useChosen";
import { useFresh } from "./useFresh";
import { useLook } from "./useLook";

const ViewMenu = lazyPart(
  async () => ({ ViewMenu: (await import("./ListMenus")).ViewMenu }),
  "ViewMenu",
  words,
);
const ColumnMenu = lazyPart(
  async () => ({ ColumnMenu: (await import("./ListMenus")).ColumnMenu }),
  "ColumnMenu",
  words,
);
const GroupMenu = lazyPart(
  async () => ({ GroupMenu: (await import("./ListMenus")).GroupMenu }),
  "GroupMenu",
  words,
);
const LaneMenu = lazyPart(
  async () => ({ LaneMenu: (await import("./ListMenus")).LaneMenu }),
  "LaneMenu",
  words,
);
const TotalCell = lazyPart(() => import("./Totals"), "TotalCell", words);
const Grouped = lazyPart(() => import("./Grouped"), "Grouped", words);
const Kanban = lazyPart(() => import("./Kanban"), "Kanban", words, laneWords);
const ViewSheet = lazyPart(() => import("./ViewSheet"), "ViewSheet", words);
const BatchBar = lazyPart(() => import("./BatchBar"), "BatchBar", words);

const NONE: readonly RecordItem[] = [];

function List({ object }: { object: ObjectDef }) {
  const { t } = useTranslation();
  useTitle(object.label_plural ?? object.label);
  const navigate = useNavigate();
  const search: ListSearch = useSearch({ strict: false });
  const { id: openId } = useParams({ strict: false });
  const phone = useIsPhone();
  const count = useCount();
  useLiveList(object.name);

  const seen = useLook(object);
  const { view, look, ask, change } = seen;
  const [sheet, setSheet] = useState<"new" | "edit">();
  const [size, setSize] = useState(() => recall<number>("page_size", PAGE_SIZES[0]));
  const page = search.page ?? 1;
  const sort = look.sort ?? "-created_at";
  const given = [look.condition, search.only?.filter].filter(Boolean);
  const condition = given.length > 1 ? given.map((one) => `(${one})`).join(" and ") : given[0];
  const filter = filterOf({ ...look, condition: condition ?? null }, object.fields);
  const asked = { filter, sort, q: search.q };
  const lanes = laneFields(object);
  const lane = look.layout === "kanban" ? lanes.find((one) => one.name === look.lanes) : undefined;
  const group = lane ? undefined : groupFields(object).find((one) => one.name === look.group);
  const broken = view?.broken === true;
  const stays = expectsStays(usePipeline(object));
  const list = useQuery({
    ...listQuery(object.name, { ...asked, page, limit: size, stays }),
    enabled: seen.ready && !broken && !lane && !group,
  });
  const counts = useQuery(viewCountsQuery(object.name));

  const names = columnNames(object, look.columns);
  const shown = names.join();
  const columns = useMemo(
    () =>
      columnsOf(
        object,
        shown.split(","),
        { clock: t("list.clock"), none: t("record.untitled") },
        look.widths,
        stays,
      ),
    [object, shown, look.widths, stays, t],
  );

  // Of a kanban and of groups nothing is asked here; what stood in the table before says nothing of them.
  const table = lane || group ? undefined : list.data;
  const rows = table?.items ?? NONE;
  const order = useMemo(() => rows.map((row) => row.id), [rows]);
  const question = `${filter}|${sort}|${search.q}`;
  const fresh = useFresh(order, `${question}|${page}`, list.isPlaceholderData);
  const chosen = useChosen(`${object.name}|${filter}|${search.q}`);
  const place = placeOf(`${object.name}|${question}|${page}`);

  const open = (row: RecordItem) =>
    void navigate({
      to: "/o/$object/records/$id",
      params: { object: object.name, id: row.id },
      search: true,
    });
  const narrowed = look.filters.length > 0 || Boolean(search.q) || search.only !== undefined;
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
  const plural = object.label_plural ?? object.label;
  const nothing = (
    <Empty
      title={t(narrowed ? "list.none_found" : "list.none", { object: plural })}
      hint={t(narrowed ? "list.none_found_hint" : "list.none_hint", { object: object.label })}
      icon={narrowed ? <SearchX size={22} /> : undefined}
      actions={
        narrowed ? (
          <Button onClick={() => ask({ f: [], q: undefined, only: undefined })}>
            {t("filter.clear")}
          </Button>
        ) : (
          newButton
        )
      }
    />
  );
  // A foot without a column to sum would be an empty row.
  const summed = columns.some(({ key }) =>
    object.fields.some((one) => one.name === key && isNumber(one)),
  );
  const parts = { object, look, asked, columns, nothing, onOpen: open };

  const body = () => {
    if (broken) {
      const hint = t("list.broken_hint");
      return <Empty title={t("list.broken")} hint={hint} icon={<TriangleAlert size={22} />} />;
    }
    if (!seen.ready) return <ListSkeleton />;
    if (lane || group) {
      return (
        <Suspense fallback={<ListSkeleton />}>
          {lane && <Kanban key={lane.name} {...parts} field={lane} />}
          {group && (
            <Grouped
              key={group.name}
              {...parts}
              field={group}
              selected={openId}
              onSort={(next) => change({ sort: next })}
            />
          )}
        </Suspense>
      );
    }
    if (list.isPending) return <ListSkeleton />;
    if (list.isError && rows.length === 0) {
      return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
    }
    if (rows.length === 0) return nothing;
    if (phone) return <Cards object={object} rows={rows} names={names} />;
    return (
      <Grid
        label={plural}
        columns={columns}
        rows={rows}
        fresh={fresh}
        selected={openId}
        sort={sort}
        onSort={(next) => change({ sort: next })}
        onWidth={(key, width) => change({ widths: { ...look.widths, [key]: width } })}
        onOpen={open}
        place={place}
        choice={{
          ids: chosen.ids,
          labelAll: t("list.choose_all"),
          labelOf: (row) => t("list.choose", { title: titleOf(object, row, t("record.untitled")) }),
          onChoose: chosen.choose,
        }}
        foot={
          summed
            ? (column, at) => (
                <Suspense>
                  <TotalCell
                    {...parts}
                    name={column.key}
                    first={at === 0}
                    onTotals={(totals) => change({ totals })}
                  />
                </Suspense>
              )
            : undefined
        }
      />
    );
  };

  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{plural}</h1>
        {table && (
          <span className={styles.total}>
            {t("list.total", {
              count: table.total ?? 0,
              shown: count(table.total ?? 0, table.total_is),
            })}
          </span>
        )}
        <div className={styles.actions}>
          {lanes.length > 0 && (
            <LayoutSwitch layout={look.layout} onChange={(layout) => change({ layout })} />
          )}
          {lane && lanes.length > 1 && (
            <MenuButton
              label={t("list.lanes")}
              text={phone ? undefined : lane.label}
              icon={<Columns3 size={15} />}
            >
              {(close) => <LaneMenu object={object} list={seen} onDone={close} />}
            </MenuButton>
          )}
          {!phone && !lane && (
            <MenuButton
              label={t("list.group")}
              text={group ? `${t("list.group")}: ${group.label}` : t("list.group")}
              icon={<Group size={15} />}
            >
              {(close) => <GroupMenu object={object} list={seen} onDone={close} />}
            </MenuButton>
          )}
          {!phone && (
            <MenuButton
              label={t("list.columns")}
              text={t("list.columns")}
              icon={<SlidersHorizontal size={15} />}
            >
              {() => <ColumnMenu object={object} list={seen} shown={names} />}
            </MenuButton>
          )}
          <TransferMenu object={object} asked={asked} />
          {!phone && newButton}
        </div>
      </header>
      <ViewTabs
        views={seen.views}
        counts={counts.data?.items}
        current={view?.key}
        changed={seen.changed}
        onChoose={seen.show}
        menu={
          <MenuButton quiet label={t("list.view_menu")} icon={<Ellipsis size={16} />}>
            {(close) => <ViewMenu object={object} list={seen} onDone={close} onSheet={setSheet} />}
          </MenuButton>
        }
      />
      {search.only && (
        <OnlyChip label={search.only.label} onRemove={() => ask({ only: undefined })} />
      )}
      <FilterBar
        fields={object.fields}
        filters={look.filters}
        sort={sort}
        q={search.q ?? ""}
        onFilters={(filters) => change({ filters })}
        onSort={(next) => change({ sort: next })}
        onSearch={(q) => ask({ q: q || undefined })}
      />
      <div className={cx(styles.body, table && list.isPlaceholderData && styles.stale)}>
        {body()}
      </div>
      {table && rows.length > 0 && (
        <Pager
          page={page}
          size={size}
          data={table}
          onPage={(next) => ask({ page: next })}
          onSize={(next) => {
            remember("page_size", next);
            setSize(next);
            ask({});
          }}
        />
      )}
      {table && chosen.rows.length > 0 && (
        <Suspense>
          <BatchBar object={object} chosen={chosen} asked={asked} total={table} />
        </Suspense>
      )}
      {sheet && (
        <Suspense>
          <ViewSheet
            object={object}
            list={seen}
            view={sheet === "edit" ? view : undefined}
            onClose={() => setSheet(undefined)}
          />
        </Suspense>
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
