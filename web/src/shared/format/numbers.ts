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

type Display = "narrowSymbol" | "symbol" | "code";

function signOf(currency: string, currencyDisplay: Display, locale: Locale): string | undefined {
  const format = numberFormat(locale, { style: "currency", currency, currencyDisplay });
  return format.formatToParts(0).find((part) => part.type === "currency")?.value;
}

/** The company's own currency has its short sign; another has one that can't be taken for it. */
function displayOf(currency: string, own: string, locale: Locale): Display {
  if (currency === own) return "narrowSymbol";
  const taken = signOf(own, "narrowSymbol", locale);
  return signOf(currency, "symbol", locale) === taken ? "code" : "symbol";
}

function moneyFormat(
  currency: string,
  own: string,
  locale: Locale,
  options: Intl.NumberFormatOptions,
) {
  // What is no code of a currency has no sign.
  if (!/^[A-Z]{3}$/.test(currency)) return numberFormat(locale, options);
  const currencyDisplay = displayOf(currency, own, locale);
  return numberFormat(locale, { style: "currency", currency, currencyDisplay, ...options });
}

/** The full amount, with its currency; `own` is the company's. */
export function formatMoneyFull(
  value: number | string,
  currency: string,
  locale: Locale,
  own = currency,
): string {
  return moneyFormat(currency, own, locale, {}).format(Number(value));
}

/** The amount in few characters: in units of 10⁴ and 10⁸ in Chinese, K and M in English. */
export function formatMoney(
  value: number | string,
  currency: string,
  locale: Locale,
  own = currency,
): string {
  const options = { notation: "compact", maximumFractionDigits: 1 } as const;
  return moneyFormat(currency, own, locale, options).format(Number(value));
}
