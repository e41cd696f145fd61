/** The parts of a list page around its rows: view tabs, column choice, cards, pages. */
import { Link } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight, SlidersHorizontal, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ObjectDef, Page, RecordItem, ViewCount } from "@/shared/api/types";
import { offered } from "@/shared/filter/model";
import { useFormat } from "@/shared/format/useFormat";
import { Button } from "@/shared/ui/Button";
import { FieldValue, isBlank } from "@/shared/ui/FieldValue";
import menu from "@/shared/ui/menu.module.css";
import { Popover } from "@/shared/ui/Popover";
import { SkeletonBar } from "@/shared/ui/States";
import { LAST_ROW, PAGE_SIZE } from "./api";
import { CLOCKS, ClockCell, titleOf } from "./columns";
import styles from "./ListPage.module.css";

const SKELETON_ROWS = 12;
const CARD_FACTS = 4;

export function useCount() {
  const { number } = useFormat();
  const { t } = useTranslation();
  return (count: number, kind: "exact" | "at_least" | undefined) =>
    kind === "at_least" ? t("list.at_least", { count: number(count) }) : number(count);
}

interface TabsProps {
  views: { key: string; label: string }[];
  counts: ViewCount[] | undefined;
  current: string | undefined;
  onChoose: (view: string) => void;
}

export function ViewTabs({ views, counts, current, onChoose }: TabsProps) {
  const { t } = useTranslation();
  const count = useCount();
  return (
    <div className={styles.tabs} role="tablist" aria-label={t("list.views")}>
      {views.map((view) => {
        const known = counts?.find((one) => one.key === view.key);
        return (
          <button
            key={view.key}
            type="button"
            role="tab"
            aria-selected={view.key === current}
            className={styles.tab}
            onClick={() => onChoose(view.key)}
          >
            {view.label}
            {known && <span className={styles.count}>{count(known.count, known.count_is)}</span>}
          </button>
        );
      })}
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

interface PickerProps {
  object: ObjectDef;
  shown: readonly string[];
  onChange: (names: string[] | undefined) => void;
}

export function ColumnPicker({ object, shown, onChange }: PickerProps) {
  const { t } = useTranslation();
  const choices = offered(object.fields).filter((field) => field.name !== object.title_field);
  const toggle = (name: string) =>
    onChange(shown.includes(name) ? shown.filter((one) => one !== name) : [...shown, name]);
  return (
    <Popover
      label={t("list.columns")}
      button={(anchor) => (
        <Button {...anchor} icon={<SlidersHorizontal size={15} />}>
          {t("list.columns")}
        </Button>
      )}
    >
      {(close) => (
        <>
          {choices.map((field) => (
            <label key={field.name} className={menu.item}>
              <input
                type="checkbox"
                checked={shown.includes(field.name)}
                onChange={() => toggle(field.name)}
              />
              <span className={menu.grow}>{field.label}</span>
            </label>
          ))}
          <div className={menu.line} />
          <button
            type="button"
            className={menu.item}
            onClick={() => {
              onChange(undefined);
              close();
            }}
          >
            {t("list.columns_reset")}
          </button>
        </>
      )}
    </Popover>
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
  const facts = object.fields.filter(
    (field) => names.includes(field.name) && field.name !== object.title_field,
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
                .map((field) => (
                  <FieldValue key={field.name} field={field} value={row[field.name]} />
                ))}
            </div>
          </Link>
        </li>
      ))}
    </ul>
  );
}

interface PagerProps {
  page: number;
  data: Page<RecordItem>;
  onPage: (page: number) => void;
}

export function Pager({ page, data, onPage }: PagerProps) {
  const { t } = useTranslation();
  const count = useCount();
  const total = data.total ?? data.items.length;
  const last = Math.max(1, Math.ceil(Math.min(total, LAST_ROW) / PAGE_SIZE));
  return (
    <nav className={styles.pager} aria-label={t("list.pages")}>
      <span>{t("list.total", { count: total, shown: count(total, data.total_is) })}</span>
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
