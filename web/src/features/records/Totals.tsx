/** One cell under a grid: the figure of a column over all that the list finds, and which figure it is. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { ObjectDef } from "@/shared/api/types";
import { FieldValue } from "@/shared/ui/FieldValue";
import menu from "@/shared/ui/menu.module.css";
import { Popover } from "@/shared/ui/Popover";
import { figuresQuery, isNumber, measuresOf, type Asked } from "./figures";
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
  const figures = useQuery({
    ...figuresQuery(object.name, asked, undefined, measures),
    enabled: measures.length > 0,
  });
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
          aria-label={t("lists.total_of", { column: field.label })}
        >
          {fn ? (
            <>
              <span className={styles.fn}>{t(`lists.fn.${fn}`)}</span>
              <FieldValue
                field={{ ...field, min: null, max: null }}
                value={figures.data?.groups[0]?.values[at + 1]}
              />
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
