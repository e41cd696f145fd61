import { expect, test } from "vitest";
import type { Field } from "@/shared/api/types";
import { currencyOf, NO_CURRENCY, withoutCurrencies } from "./currency";
import { formatMoney, formatMoneyFull } from "./numbers";

const amount: Field = { name: "amount", type: "money", label: "金额", currency: "currency" };
const budget: Field = { name: "budget", type: "money", label: "预算" };
const currency: Field = { name: "currency", type: "choice", label: "币种" };

test("an amount is in the currency that its record says, else in the company's", () => {
  expect(currencyOf(amount, { currency: "USD" })).toBe("USD");
  expect(currencyOf(amount, { currency: null })).toBeUndefined();
  expect(currencyOf(budget, { currency: "USD" })).toBeUndefined();
});

test("where the currency can't be known there is no sign", () => {
  expect(currencyOf(amount, {})).toBe(NO_CURRENCY);
  expect(currencyOf(amount, undefined)).toBe(NO_CURRENCY);
  expect(formatMoneyFull("1234.5", NO_CURRENCY, "en-US", "CNY")).toBe("1,234.5");
  expect(formatMoney("1234.5", "points", "en-US", "CNY")).toBe("1.2K");
});

test.each([
  ["CNY", "CNY", "zh-CN", "¥2万"],
  ["USD", "CNY", "zh-CN", "US$2万"],
  ["JPY", "CNY", "zh-CN", "JP¥2万"],
  ["CNY", "CNY", "en-US", "¥20K"],
  ["USD", "CNY", "en-US", "$20K"],
  ["CNY", "USD", "zh-CN", "¥2万"],
] as const)("%s in a company of %s, in %s, reads %s", (code, own, locale, text) => {
  expect(formatMoney("20000", code, locale, own).replace(/\s/g, " ")).toBe(text);
});

test("a sign that could be taken for the company's is a code", () => {
  expect(formatMoney("20000", "JPY", "en-US", "CNY")).toMatch(/^JPY\s20K$/);
});

test("a field that only says a currency is left out beside its amount", () => {
  expect(withoutCurrencies([budget, amount, currency])).toEqual([budget, amount]);
  expect(withoutCurrencies([budget, currency])).toEqual([budget, currency]);
});
