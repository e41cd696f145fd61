/** The parts of a list page around its rows: view tabs, layouts, cards, pages. */
import { Link } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight, Rows3, SquareKanban, TriangleAlert, X } from "lucide-react";
import { Suspense, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ObjectDef, Page, RecordItem, ViewCount } from "@/shared/api/types";
import { withoutCurrencies } from "@/shared/format/currency";
import { titleOf } from "@/shared/format/title";
import { useFormat } from "@/shared/format/useFormat";
import { Button } from "@/shared/ui/Button";
import { FieldValue, isBlank, isQuantity } from "@/shared/ui/FieldValue";
import { Popover } from "@/shared/ui/Popover";
import { SkeletonBar } from "@/shared/ui/States";
import { LAST_ROW, PAGE_SIZES } from "./api";
import { ClockCell } from "./columns";
import styles from "./ListPage.module.css";
import { CLOCKS, type ListView } from "./look";
import { LAYOUTS, type Layout } from "./search";
import { StageCell } from "./Stay";

const SKELETON_ROWS = 12;
const CARD_FACTS = 4;

export function useCount() {
  const { number } = useFormat();
  const { t } = useTranslation();
  return (count: number, kind: "exact" | "at_least" | undefined) =>
    kind === "at_least" ? t("list.at_least", { count: number(count) }) : number(count);
}

interface TabsProps {
  views: ListView[];
  counts: ViewCount[] | undefined;
  current: string | undefined;
  /** Whether the current view was changed and not saved. */
  changed: boolean;
  onChoose: (view: string) => void;
  /** What can be done about the view, at the end of the row. */
  menu: ReactNode;
}

export function ViewTabs({ views, counts, current, changed, onChoose, menu }: TabsProps) {
  const { t } = useTranslation();
  const count = useCount();
  return (
    <div className={styles.views}>
      <div className={styles.tabs} role="tablist" aria-label={t("list.views")}>
        {views.map((view) => {
          const known = counts?.find((one) => one.key === view.key);
          const isCurrent = view.key === current;
          return (
            <button
              key={view.key}
              type="button"
              role="tab"
              aria-selected={isCurrent}
              className={styles.tab}
              title={view.person && !view.mine ? view.person.label : undefined}
              onClick={() => onChoose(view.key)}
            >
              {view.broken && <TriangleAlert size={13} aria-label={t("list.broken")} />}
              {view.label}
              {known?.count !== undefined && (
                <span className={styles.count}>{count(known.count, known.count_is)}</span>
              )}
              {isCurrent && changed && (
                <span className={styles.changed} title={t("list.changed")}>
                  <span className={styles.hidden}>{t("list.changed")}</span>
                </span>
              )}
            </button>
          );
        })}
      </div>
      {menu}
    </div>
  );
}

/** The condition that a figure brought along; it goes like a filter. */
export function OnlyChip({ label, onRemove }: { label: string; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={styles.only}>
      <span>{label}</span>
      <Button
        look="ghost"
        icon={<X size={14} />}
        aria-label={t("filter.remove", { field: label })}
        onClick={onRemove}
      />
    </div>
  );
}

interface MenuButtonProps {
  label: string;
  icon: ReactNode;
  /** Said on the button; without it the label is for those who listen. */
  text?: string;
  quiet?: boolean;
  children: (close: () => void) => ReactNode;
}

/** A button that opens a menu which is fetched when it is first wanted. */
export function MenuButton({ label, icon, text, quiet, children }: MenuButtonProps) {
  return (
    <Popover
      label={label}
      button={(anchor) => (
        <Button
          {...anchor}
          look={quiet ? "ghost" : "default"}
          icon={icon}
          aria-label={text ? undefined : label}
        >
          {text}
        </Button>
      )}
    >
      {(close) => <Suspense fallback={<SkeletonBar width="180px" />}>{children(close)}</Suspense>}
    </Popover>
  );
}

interface LayoutProps {
  layout: Layout;
  onChange: (layout: Layout) => void;
}

const LAYOUT_ICONS = { table: Rows3, kanban: SquareKanban };

export function LayoutSwitch({ layout, onChange }: LayoutProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.layouts} role="group" aria-label={t("list.layout")}>
      {LAYOUTS.map((one) => {
        const Icon = LAYOUT_ICONS[one];
        return (
          <button
            key={one}
            type="button"
            aria-pressed={one === layout}
            aria-label={t(`list.layouts.${one}`)}
            title={t(`list.layouts.${one}`)}
            onClick={() => onChange(one)}
          >
            <Icon size={16} aria-hidden />
          </button>
        );
      })}
    </div>
  );
}

interface CardsProps {
  object: ObjectDef;
  rows: readonly RecordItem[];
  names: readonly string[];
}

/** The rows on a phone: title and clock, then the first facts of the view. */
export function Cards({ object, rows, names }: CardsProps) {
  const { t } = useTranslation();
  const facts = withoutCurrencies(
    object.fields.filter(
      (field) => names.includes(field.name) && field.name !== object.title_field,
    ),
  );
  return (
    <ul className={styles.cards}>
      {rows.map((row) => (
        <li key={row.id}>
          <Link
            to="/o/$object/records/$id"
            params={{ object: object.name, id: row.id }}
            search={true}
            className={styles.card}
          >
            <div className={styles.cardHead}>
              <h2>{titleOf(object, row, t("record.untitled"))}</h2>
              {names.includes(CLOCKS) && <ClockCell record={row} />}
            </div>
            <div className={styles.cardFoot}>
              {facts
                .filter((field) => !isBlank(row[field.name]))
                .slice(0, CARD_FACTS)
                .map((field) =>
                  field.type === "stage" ? (
                    <StageCell key={field.name} object={object} field={field} record={row} />
                  ) : (
                    <span key={field.name} className={styles.fact}>
                      {/* A bare number says nothing of what it counts. */}
                      {isQuantity(field) && <span>{field.label}</span>}
                      <FieldValue field={field} value={row[field.name]} record={row} />
                    </span>
                  ),
                )}
            </div>
          </Link>
        </li>
      ))}
    </ul>
  );
}

interface PagerProps {
  page: number;
  size?: number;
  data: Page<RecordItem>;
  onPage: (page: number) => void;
  /** Without it all pages have the usual size. */
  onSize?: (size: number) => void;
}

export function Pager({ page, size = PAGE_SIZES[0], data, onPage, onSize }: PagerProps) {
  const { t } = useTranslation();
  const count = useCount();
  const total = data.total ?? data.items.length;
  const last = Math.max(1, Math.ceil(Math.min(total, LAST_ROW) / size));
  return (
    <nav className={styles.pager} aria-label={t("list.pages")}>
      <span>{t("list.total", { count: total, shown: count(total, data.total_is) })}</span>
      {onSize && total > PAGE_SIZES[0] && (
        <select
          className={styles.size}
          aria-label={t("list.page_size")}
          value={size}
          onChange={(event) => onSize(Number(event.target.value))}
        >
          {PAGE_SIZES.map((one) => (
            <option key={one} value={one}>
              {t("list.per_page", { count: one })}
            </option>
          ))}
        </select>
      )}
      <Button
        look="ghost"
        icon={<ChevronLeft size={16} />}
        aria-label={t("list.previous")}
        disabled={page <= 1}
        onClick={() => onPage(page - 1)}
      />
      <span className={styles.pageNumber}>{t("list.page", { page, last })}</span>
      <Button
        look="ghost"
        icon={<ChevronRight size={16} />}
        aria-label={t("list.next")}
        disabled={page >= last}
        onClick={() => onPage(page + 1)}
      />
    </nav>
  );
}

export function ListSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("state.loading")}>
      {Array.from({ length: SKELETON_ROWS }, (_, row) => (
        <div key={row} className={styles.skeletonRow}>
          <SkeletonBar width={`${50 + ((row * 17) % 40)}%`} />
          <SkeletonBar width="72px" />
        </div>
      ))}
    </div>
  );
}
