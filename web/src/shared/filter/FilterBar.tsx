/** The row over a list: free search, filters that read as words, the order. */
import { ArrowDownWideNarrow, ArrowUpNarrowWide, Plus, Search, X } from "lucide-react";
import { Fragment, lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Field } from "@/shared/api/types";
import menu from "@/shared/ui/menu.module.css";
import { Popover } from "@/shared/ui/Popover";
import { useSearchInput } from "@/shared/useSearchInput";
import { FieldPick } from "./FieldPick";
import styles from "./FilterBar.module.css";
import { groupsOf, joined, matching, matchOf, withFilter, withoutFilter } from "./joining";
import { countsDays, ME, isComplete, offered, type Filter } from "./model";

const FilterEditor = lazy(async () => ({ default: (await import("./FilterEditor")).FilterEditor }));

/** The filter as a person would say its value. */
function useValueWords(): (field: Field, filter: Filter) => string {
  const { t } = useTranslation();
  return (field, filter) =>
    filter.values
      .map((value, i) => {
        if (value === ME) return t("filter.me");
        if (countsDays(filter.op)) return t("filter.days", { count: Number(value) });
        if (field.type === "checkbox") return value === "true" ? t("state.yes") : t("state.no");
        const option = field.options?.find((one) => one.key === value);
        return option?.label ?? filter.labels?.[i] ?? value;
      })
      .join(t("filter.or"));
}

interface ChipProps {
  field: Field;
  filter: Filter;
  onChange: (filter: Filter) => void;
  onRemove: () => void;
}

function FilterChip({ field, filter, onChange, onRemove }: ChipProps) {
  const { t } = useTranslation();
  const words = useValueWords();
  return (
    <span className={styles.chip}>
      <Popover
        label={t("filter.edit", { field: field.label })}
        button={(anchor) => (
          <button type="button" {...anchor}>
            {field.label} {t(`filter.op.${filter.op}`)}
            {filter.values.length > 0 && <strong>{words(field, filter)}</strong>}
          </button>
        )}
      >
        {(close) => (
          <Suspense>
            <FilterEditor field={field} filter={filter} onChange={onChange} onDone={close} />
          </Suspense>
        )}
      </Popover>
      <button
        type="button"
        className={styles.remove}
        aria-label={t("filter.remove", { field: field.label })}
        onClick={onRemove}
      >
        <X size={14} />
      </button>
    </span>
  );
}

interface JoinProps {
  filters: Filter[];
  onFilters: (filters: Filter[]) => void;
}

/** Whether all filters have to hold or one is enough; it says so where they are joined in both ways. */
function MatchChoice({ filters, onFilters }: JoinProps) {
  const { t } = useTranslation();
  const match = matchOf(filters);
  return (
    <select
      className={styles.match}
      aria-label={t("filter.match.label")}
      value={match}
      onChange={(event) =>
        onFilters(matching(filters, event.target.value === "any" ? "any" : "all"))
      }
    >
      <option value="all">{t("filter.match.all")}</option>
      <option value="any">{t("filter.match.any")}</option>
      {match === "mixed" && <option value="mixed">{t("filter.match.mixed")}</option>}
    </select>
  );
}

/** The word between two filters, which changes it. */
function Joint({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const { t } = useTranslation();
  const or = filter.or === true;
  return (
    <button
      type="button"
      className={styles.joint}
      title={t(or ? "filter.make_and" : "filter.make_or")}
      aria-label={`${t(or ? "filter.joined_or" : "filter.joined_and")}: ${t(or ? "filter.make_and" : "filter.make_or")}`}
      onClick={() => onChange(joined(filter, !or))}
    >
      {t(or ? "filter.joined_or" : "filter.joined_and")}
    </button>
  );
}

/** The filters as words, those of which one is enough within one frame. */
function Chips({ fields, filters, onFilters }: JoinProps & { fields: Field[] }) {
  let place = 0;
  return groupsOf(filters).map((group) => {
    const first = place;
    const parts = group.map((filter) => {
      const at = place++;
      const field = fields.find((one) => one.name === filter.field);
      return (
        field && (
          <Fragment key={at}>
            {at > first && (
              <Joint
                filter={filter}
                onChange={(next) => onFilters(filters.toSpliced(at, 1, next))}
              />
            )}
            <FilterChip
              field={field}
              filter={filter}
              onChange={(next) => onFilters(withFilter(filters, next, at))}
              onRemove={() => onFilters(withoutFilter(filters, at))}
            />
          </Fragment>
        )
      );
    });
    return (
      <Fragment key={first}>
        {first > 0 && group[0] && (
          <Joint
            filter={group[0]}
            onChange={(next) => onFilters(filters.toSpliced(first, 1, next))}
          />
        )}
        {group.length > 1 ? <span className={styles.either}>{parts}</span> : parts}
      </Fragment>
    );
  });
}

interface AddProps {
  fields: Field[];
  /** How many filters there are: the new one stands behind them. */
  count: number;
  onPut: (filter: Filter, place: number) => void;
}

/** Choose a field, then what it must be; the filter counts once it is complete. */
function AddFilter({ fields, count, onPut }: AddProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Filter>();
  const [place, setPlace] = useState(count);
  const field = fields.find((one) => one.name === draft?.field);
  return (
    <Popover
      label={t("filter.add")}
      button={(anchor) => (
        <button
          type="button"
          className={styles.add}
          {...anchor}
          onClick={() => {
            setDraft(undefined);
            setPlace(count);
            anchor.onClick();
          }}
        >
          <Plus size={14} aria-hidden />
          {t("filter.add")}
        </button>
      )}
    >
      {(close) =>
        field && draft ? (
          <Suspense>
            <FilterEditor
              field={field}
              filter={draft}
              onChange={(next) => {
                setDraft(next);
                if (isComplete(next)) onPut(next, place);
              }}
              onDone={close}
            />
          </Suspense>
        ) : (
          <FieldPick fields={fields} onPick={setDraft} />
        )
      }
    </Popover>
  );
}

/** One field and its direction, as the server writes it: `-created_at`. */
function SortButton({ fields, sort, onSort }: Pick<FilterBarProps, "fields" | "sort" | "onSort">) {
  const { t } = useTranslation();
  const [first = ""] = sort.split(",");
  const down = first.startsWith("-");
  const name = first.replace(/^-/, "");
  const label = fields.find((one) => one.name === name)?.label;
  const Icon = down ? ArrowDownWideNarrow : ArrowUpNarrowWide;
  return (
    <Popover
      label={t("sort.by")}
      button={(anchor) => (
        <button type="button" className={styles.add} {...anchor}>
          <Icon size={14} aria-hidden />
          {label ?? t("sort.by")}
        </button>
      )}
    >
      {(close) => (
        <>
          {[false, true].map((descending) => (
            <button
              key={String(descending)}
              type="button"
              className={menu.item}
              aria-pressed={down === descending}
              disabled={!name}
              onClick={() => {
                onSort((descending ? "-" : "") + name);
                close();
              }}
            >
              {t(descending ? "sort.down" : "sort.up")}
            </button>
          ))}
          <div className={menu.line} />
          {offered(fields)
            .filter((one) => one.can?.sort)
            .map((one) => (
              <button
                key={one.name}
                type="button"
                className={menu.item}
                aria-pressed={one.name === name}
                onClick={() => {
                  onSort((down ? "-" : "") + one.name);
                  close();
                }}
              >
                {one.label}
              </button>
            ))}
        </>
      )}
    </Popover>
  );
}

function SearchBox({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const { t } = useTranslation();
  const input = useSearchInput(q, onSearch);
  return (
    <label className={styles.search}>
      <Search size={14} aria-hidden />
      <input {...input} placeholder={t("filter.search")} aria-label={t("filter.search")} />
    </label>
  );
}

interface FilterBarProps {
  fields: Field[];
  filters: Filter[];
  sort: string;
  q: string;
  onFilters: (filters: Filter[]) => void;
  onSort: (sort: string) => void;
  onSearch: (q: string) => void;
}

export function FilterBar(props: FilterBarProps) {
  const { fields, filters, onFilters } = props;
  const { t } = useTranslation();
  return (
    <div className={styles.bar} role="search">
      {fields.some((one) => one.can?.search) && <SearchBox q={props.q} onSearch={props.onSearch} />}
      {filters.length > 1 && <MatchChoice filters={filters} onFilters={onFilters} />}
      <Chips fields={fields} filters={filters} onFilters={onFilters} />
      <AddFilter
        fields={offered(fields).filter((one) => one.can?.filter)}
        count={filters.length}
        onPut={(filter, place) => onFilters(withFilter(filters, filter, place))}
      />
      <SortButton fields={fields} sort={props.sort} onSort={props.onSort} />
      {filters.length > 0 && (
        <button type="button" className={styles.clear} onClick={() => onFilters([])}>
          {t("filter.clear")}
        </button>
      )}
    </div>
  );
}
