import { expect, test } from "vitest";
import { formatMoney, formatMoneyFull } from "./numbers";
import { formatAgo, formatDate, formatMoment } from "./times";

test.each([
  ["427000", "¥42.7万", "¥427K"],
  ["123456789", "¥1.2亿", "¥123.5M"],
  ["-52000", "-¥5.2万", "-¥52K"],
  ["980", "¥980", "¥980"],
])("money %s", (amount, chinese, english) => {
  expect(formatMoney(amount, "CNY", "zh-CN")).toBe(chinese);
  expect(formatMoney(amount, "CNY", "en-US")).toBe(english);
});

test("the full amount keeps its cents", () => {
  expect(formatMoneyFull("1234567.8", "CNY", "zh-CN")).toBe("¥1,234,567.80");
});

const now = Date.parse("2026-11-22T02:30:00Z");

test("today is the company's day, not the browser's", () => {
  // 16:30 UTC the day before is half past midnight of the same day in Shanghai.
  expect(formatMoment("2026-11-21T16:30:00Z", now, "Asia/Shanghai", "zh-CN")).toBe("00:30");
  expect(formatMoment("2026-11-21T15:30:00Z", now, "Asia/Shanghai", "zh-CN")).toContain("23:30");
  expect(formatMoment("2025-01-05T00:00:00Z", now, "Asia/Shanghai", "zh-CN")).toContain("2025");
});

test("a day does not move with the zone", () => {
  expect(formatDate("2026-11-22", "zh-CN")).toBe("2026年11月22日");
});

test("ago in one unit", () => {
  expect(formatAgo(now - 3 * 60_000, now, "zh-CN", "刚刚")).toBe("3 分钟前");
  expect(formatAgo(now - 26 * 3_600_000, now, "zh-CN", "刚刚")).toBe("昨天");
  expect(formatAgo(now - 59_000, now, "zh-CN", "刚刚")).toBe("刚刚");
});
