/** One cell under a grid: the figure of a column over all that the list finds, and which figure it is. */
import { useTranslation } from "react-i18next";
import type { ObjectDef } from "@/shared/api/types";
import menu from "@/shared/ui/menu.module.css";
import { Popover } from "@/shared/ui/Popover";
import { Amounts } from "./Amounts";
import { isNumber, measuresOf, useFigures, type Asked } from "./figures";
import { TOTALS, type Look, type Total } from "./look";
import styles from "./Totals.module.css";

interface TotalCellProps {
  object: ObjectDef;
  look: Look;
  asked: Asked;
  name: string;
  /** The first column says what the row is. */
  first: boolean;
  onTotals: (totals: Record<string, Total>) => void;
}

export function TotalCell({ object, look, asked, name, first, onTotals }: TotalCellProps) {
  const { t } = useTranslation();
  const measures = measuresOf(look, object.fields);
  const enabled = measures.length > 0;
  const { groups } = useFigures(object, asked, undefined, measures, { enabled });
  const field = object.fields.find((one) => one.name === name);
  if (first) return <span className={styles.title}>{t("lists.totals")}</span>;
  if (!field || !isNumber(field)) return null;
  const at = measures.findIndex((one) => one.field.name === name);
  const fn = measures[at]?.fn;
  const choose = (next: Total | undefined) => {
    const others = Object.entries(look.totals).filter(([one]) => one !== name);
    onTotals(Object.fromEntries(next ? [...others, [name, next]] : others));
  };
  return (
    <Popover
      label={t("lists.total_of", { column: field.label })}
      button={(anchor) => (
        <button
          type="button"
          {...anchor}
          className={fn ? styles.total : styles.none}
          title={t("lists.total_of", { column: field.label })}
        >
          <span className={styles.hidden}>{t("lists.total_of", { column: field.label })}</span>
          {fn ? (
            <>
              <span className={styles.fn}>{t(`lists.fn.${fn}`)}</span>
              <Amounts field={field} amounts={groups?.[0]?.amounts[at] ?? []} />
            </>
          ) : (
            t("lists.total_choose")
          )}
        </button>
      )}
    >
      {(close) => (
        <>
          {TOTALS.map((one) => (
            <button
              key={one}
              type="button"
              className={menu.item}
              aria-pressed={one === fn}
              onClick={() => {
                choose(one);
                close();
              }}
            >
              {t(`lists.fn.${one}`)}
            </button>
          ))}
          <div className={menu.line} />
          <button
            type="button"
            className={menu.item}
            aria-pressed={fn === undefined}
            onClick={() => {
              choose(undefined);
              close();
            }}
          >
            {t("lists.no_total")}
          </button>
        </>
      )}
    </Popover>
  );
}
