/** Intl's formatters, made once for each language and set of options: making one costs a hundred times its use. */
const dates = new Map<string, Intl.DateTimeFormat>();
const numbers = new Map<string, Intl.NumberFormat>();

export function dateFormat(
  locale: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  const found = dates.get(key) ?? new Intl.DateTimeFormat(locale, options);
  dates.set(key, found);
  return found;
}

export function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  const found = numbers.get(key) ?? new Intl.NumberFormat(locale, options);
  numbers.set(key, found);
  return found;
}
