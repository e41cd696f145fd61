/** The formatting functions bound to the reader's language and the company's zone and currency. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/shared/api/queries";
import { isLocale } from "@/shared/i18n";
import { formatBytes, formatMoney, formatMoneyFull, formatNumber, formatPercent } from "./numbers";
import { formatAgo, formatDate, formatMoment, formatMomentFull } from "./times";

export function useFormat() {
  const { i18n, t } = useTranslation();
  const company = useMe()?.company;
  const zone = company?.time_zone ?? "Asia/Shanghai";
  const own = company?.currency ?? "CNY";
  const locale = isLocale(i18n.language) ? i18n.language : "zh-CN";
  return useMemo(
    () => ({
      locale,
      zone,
      /** In the company's currency, if no other is named. */
      money: (value: number | string, code = own) => formatMoney(value, code, locale, own),
      moneyFull: (value: number | string, code = own) => formatMoneyFull(value, code, locale, own),
      number: (value: number | string) => formatNumber(value, locale),
      bytes: (size: number) => formatBytes(size, locale),
      percent: (value: number | string) => formatPercent(value, locale),
      moment: (at: string | number, now: number) => formatMoment(at, now, zone, locale),
      momentFull: (at: string | number) => formatMomentFull(at, zone, locale),
      second: (at: string | number) => formatMomentFull(at, zone, locale, "medium"),
      date: (day: string) => formatDate(day, locale),
      ago: (at: string | number, now: number) => formatAgo(at, now, locale, t("clock.just_now")),
    }),
    [locale, zone, own, t],
  );
}

export type Format = ReturnType<typeof useFormat>;
