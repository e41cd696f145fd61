import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "@/shared/api/client";
import { DraftKeeper } from "./keeper";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Keep = ConstructorParameters<typeof DraftKeeper>[2];

function refused(status: number, field = "label") {
  const errors = [{ field, code: "x", message: "wrong" }];
  return new ApiError({ title: "", status, code: "x", errors });
}

test("the last of quick changes is kept, and the next from that", async () => {
  let made = 0;
  const keep = vi.fn<Keep>(() => Promise.resolve({ tag: `"${++made}"`, problems: [] }));
  const keeper = new DraftKeeper({}, '"0"', keep);
  keeper.change({ n: 1 });
  keeper.change({ n: 2 });
  await vi.runAllTimersAsync();
  keeper.change({ n: 3 });
  await vi.runAllTimersAsync();
  expect(keep.mock.calls).toEqual([
    [{ n: 2 }, '"0"'],
    [{ n: 3 }, '"1"'],
  ]);
  expect(keeper.written().state).toBe("kept");
});

test("what is changed while a request is on its way follows with the new tag", async () => {
  let answer: (kept: { tag: string; problems: [] }) => void = () => undefined;
  const keep = vi.fn<Keep>(() => new Promise((resolve) => (answer = resolve)));
  const keeper = new DraftKeeper({}, '"0"', keep);
  keeper.change({ n: 1 });
  await vi.runAllTimersAsync();
  keeper.change({ n: 2 });
  await vi.runAllTimersAsync();
  expect(keep).toHaveBeenCalledTimes(1);
  answer({ tag: '"1"', problems: [] });
  await vi.runAllTimersAsync();
  expect(keep.mock.calls[1]).toEqual([{ n: 2 }, '"1"']);
});

test("what is wrong is told by place, and nothing typed is lost", async () => {
  const keep = vi.fn<Keep>(() => Promise.reject(refused(422, "factors[0].when")));
  const keeper = new DraftKeeper({}, '"0"', keep);
  keeper.change({ n: 1 });
  await vi.runAllTimersAsync();
  expect(keeper.written()).toMatchObject({
    body: { n: 1 },
    state: "wrong",
    problems: { "factors[0].when": "wrong" },
  });
});

test("over a conflict nothing is sent until the person decides", async () => {
  const keep = vi.fn<Keep>(() => Promise.reject(refused(409)));
  const keeper = new DraftKeeper({}, '"0"', keep);
  keeper.change({ n: 1 });
  await vi.runAllTimersAsync();
  keeper.change({ n: 2 });
  await vi.runAllTimersAsync();
  expect(keeper.written().state).toBe("conflict");
  expect(keep).toHaveBeenCalledTimes(1);
  keep.mockResolvedValue({ tag: '"9"', problems: [] });
  keeper.keepNow();
  await vi.runAllTimersAsync();
  expect(keep).toHaveBeenLastCalledWith({ n: 2 }, undefined);
  expect(keeper.written()).toMatchObject({ body: { n: 2 }, state: "kept" });
});
