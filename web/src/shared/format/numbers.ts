/** Numbers and money as people of a language write them. */
import type { Locale } from "@/shared/i18n";
import { numberFormat } from "./intl";

export function formatNumber(value: number | string, locale: Locale): string {
  return numberFormat(locale, { maximumFractionDigits: 4 }).format(Number(value));
}

export function formatPercent(value: number | string, locale: Locale): string {
  return numberFormat(locale, { style: "percent", maximumFractionDigits: 2 }).format(Number(value));
}

const KILO = 1_000;
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** The size of a file in the unit that keeps it short. */
export function formatBytes(size: number, locale: Locale): string {
  const power = Math.min(
    UNITS.length - 1,
    Math.floor(Math.log(Math.max(size, 1)) / Math.log(KILO)),
  );
  return numberFormat(locale, {
    style: "unit",
    unit: UNITS[power],
    unitDisplay: "short",
    maximumFractionDigits: power > 1 ? 1 : 0,
  }).format(size / KILO ** power);
}

function moneyFormat(currency: string, locale: Locale, options: Intl.NumberFormatOptions) {
  return numberFormat(locale, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    ...options,
  });
}

/** The full amount, with its currency. */
export function formatMoneyFull(value: number | string, currency: string, locale: Locale): string {
  return moneyFormat(currency, locale, {}).format(Number(value));
}

/** The amount in few characters: in units of 10⁴ and 10⁸ in Chinese, K and M in English. */
export function formatMoney(value: number | string, currency: string, locale: Locale): string {
  return moneyFormat(currency, locale, { notation: "compact", maximumFractionDigits: 1 }).format(
    Number(value),
  );
}
