/** A figure as people read it, by the unit of its metric. */
import { useTranslation } from "react-i18next";
import { DAY, HOUR, MINUTE, SECOND } from "@/shared/format/times";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import type { Figure } from "./api";

const WHOLE_FROM = 10;

export function useFigure(unit: string | null): (value: Figure | undefined) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();

  /** In the largest unit that is full, with one digit behind the point while it is small. */
  const span = (seconds: number): string => {
    const size = Math.abs(seconds) * SECOND;
    const [word, length] =
      size >= DAY
        ? (["days", DAY] as const)
        : size >= HOUR
          ? (["hours", HOUR] as const)
          : size >= MINUTE
            ? (["minutes", MINUTE] as const)
            : (["seconds", SECOND] as const);
    const value = (seconds * SECOND) / length;
    const shown = Math.abs(value) >= WHOLE_FROM ? Math.round(value) : Math.round(value * 10) / 10;
    return t(`metrics.span.${word}`, { value: format.number(shown) });
  };

  return (value) => {
    if (value === null || value === undefined) return t("state.none");
    if (unit === "share") return format.percent(value);
    if (unit === "duration") return span(Number(value));
    if (unit === "date") return format.date(String(value));
    if (unit === "datetime") return format.moment(value, now);
    return format.number(value);
  };
}
