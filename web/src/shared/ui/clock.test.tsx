import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render, renderHook, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Clock } from "@/shared/api/types";
import { setServerTime, useNow } from "@/shared/tick";
import { mostUrgent } from "./clock";
import { ClockChip } from "./ClockChip";

const START = Date.parse("2026-11-22T02:00:00Z");

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(START);
  setServerTime(new Date(START).toISOString());
});
afterEach(() => void vi.useRealTimers());

function clock(more: Partial<Clock>): Clock {
  return {
    id: "1",
    policy: "first_touch",
    label: "首次触达",
    state: "running",
    color: "green",
    started_at: new Date(START).toISOString(),
    due_at: new Date(START + 5 * 60_000 + 2_000).toISOString(),
    ...more,
  };
}

function show(shown: Clock) {
  const { container } = render(
    <QueryClientProvider
      client={new QueryClient({ defaultOptions: { queries: { enabled: false } } })}
    >
      <ClockChip clock={shown} />
    </QueryClientProvider>,
  );
  return () => container.firstElementChild?.className ?? "";
}

const pass = (seconds: number) => act(() => vi.advanceTimersByTime(seconds * 1000));

test("counts down, and turns amber and red with words by itself", () => {
  const look = show(clock({}));
  expect(screen.getByText("剩 05:02")).toBeTruthy();
  expect(look()).toContain("green");
  pass(3);
  expect(screen.getByText("剩 04:59")).toBeTruthy();
  expect(look()).toContain("amber");
  pass(300);
  expect(screen.getByText("超时 00:01")).toBeTruthy();
  expect(look()).toContain("red");
});

test("a computer whose clock is wrong shows the server's time", () => {
  setServerTime(new Date(START + 10 * 60_000).toISOString());
  show(clock({}));
  expect(screen.getByText("超时 04:58")).toBeTruthy();
});

test("the server's graver colour stands, hours and days are written so", () => {
  const look = show(clock({ color: "amber", due_at: new Date(START + 3_905_000).toISOString() }));
  expect(screen.getByText("剩 1:05:05")).toBeTruthy();
  expect(look()).toContain("amber");
  show(clock({ due_at: new Date(START + 27 * 3_600_000).toISOString() }));
  expect(screen.getByText("剩 1 天 3 小时")).toBeTruthy();
});

test("one timer serves all, and none runs while nothing is shown", () => {
  const hooks = [renderHook(useNow), renderHook(useNow)];
  expect(vi.getTimerCount()).toBe(1);
  for (const hook of hooks) hook.unmount();
  expect(vi.getTimerCount()).toBe(0);
});

test("the counting clock that is due first is the one to show", () => {
  const soon = clock({ id: "soon", due_at: "2026-11-22T02:10:00Z" });
  const later = clock({ id: "later", due_at: "2026-11-22T03:10:00Z" });
  const met = clock({ id: "met", state: "met", due_at: "2026-11-22T01:10:00Z" });
  expect(mostUrgent([later, met, soon])?.id).toBe("soon");
  expect(mostUrgent([met])?.id).toBe("met");
  expect(mostUrgent([])).toBeUndefined();
});
