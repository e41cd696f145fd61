import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { coalesce } from "./throttle";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a hundred calls a second are one run an interval, and the last call is never lost", async () => {
  const task = vi.fn(() => Promise.resolve());
  const call = coalesce(task, 800);
  for (let i = 0; i < 300; i++) {
    call();
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(task.mock.calls.length).toBeLessThanOrEqual(4);
  const before = task.mock.calls.length;
  call();
  await vi.advanceTimersByTimeAsync(800);
  expect(task.mock.calls.length).toBe(before + 1);
});

test("the first call is answered at once", async () => {
  const task = vi.fn(() => Promise.resolve());
  coalesce(task, 800)();
  await vi.advanceTimersByTimeAsync(0);
  expect(task).toHaveBeenCalledOnce();
});

test("never two at a time, however slow the task is", async () => {
  let running = 0;
  let most = 0;
  const call = coalesce(async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    running--;
  }, 800);
  for (let i = 0; i < 100; i++) {
    call();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(most).toBe(1);
});

test("a task that fails does not stop the next", async () => {
  const task = vi.fn(() => Promise.resolve());
  const call = coalesce(() => task().catch(() => undefined), 100);
  task.mockRejectedValueOnce(new Error("lost"));
  call();
  await vi.advanceTimersByTimeAsync(0);
  call();
  await vi.advanceTimersByTimeAsync(100);
  expect(task).toHaveBeenCalledTimes(2);
});

test("after cancel nothing runs", async () => {
  const task = vi.fn(() => Promise.resolve());
  const call = coalesce(task, 100);
  call();
  call.cancel();
  await vi.advanceTimersByTimeAsync(500);
  expect(task).not.toHaveBeenCalled();
});
