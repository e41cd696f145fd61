import { expect, test } from "vitest";
import { dueOf, partOfDay, whenOf } from "./days";

const ZONE = "Asia/Shanghai";
/** Monday, ten in the morning in Shanghai. */
const NOW = Date.parse("2026-11-30T02:00:00Z");

test("a day has its parts on the company's wall clock", () => {
  expect(partOfDay(NOW, ZONE)).toBe("morning");
  expect(partOfDay(NOW, "America/New_York")).toBe("evening");
  expect(partOfDay(Date.parse("2026-11-30T18:00:00Z"), ZONE)).toBe("night");
});

test("what was due a moment ago is late, what is due before midnight is today's", () => {
  expect(whenOf("2026-11-30T01:59:59Z", NOW, ZONE)).toBe("late");
  expect(whenOf("2026-11-30T15:59:59Z", NOW, ZONE)).toBe("today");
  expect(whenOf("2026-11-30T16:00:00Z", NOW, ZONE)).toBe("later");
  expect(whenOf(null, NOW, ZONE)).toBe("undated");
});

test("a quick to-do is due at the end of the day, in the morning, or not at all", () => {
  expect(dueOf("today", NOW, ZONE)).toBe("2026-11-30T10:00:00.000Z");
  expect(dueOf("tomorrow", NOW, ZONE)).toBe("2026-12-01T01:00:00.000Z");
  expect(dueOf("monday", NOW, ZONE)).toBe("2026-12-07T01:00:00.000Z");
  expect(dueOf("none", NOW, ZONE)).toBeNull();
  const evening = Date.parse("2026-11-30T13:00:00Z");
  expect(dueOf("today", evening, ZONE)).toBe("2026-11-30T14:00:00.000Z");
});
