import { afterEach, expect, test, vi } from "vitest";
import { api, ApiError } from "./client";

afterEach(() => vi.unstubAllGlobals());

function answering(response: () => Promise<Partial<Response>>) {
  vi.stubGlobal("fetch", vi.fn(response));
}

const cutOff = { ok: true, status: 200, json: () => Promise.reject(new TypeError("cut off")) };

test("an answer that is cut off in the middle is no answer: it is told like a lost connection", async () => {
  answering(() => Promise.resolve(cutOff));
  const error = await api("/me").catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ApiError);
  expect((error as ApiError).code).toBe("offline");
  expect((error as ApiError).refused).toBe(false);
});

test("who has gone away is told nothing of it", async () => {
  const gone = new AbortController();
  answering(() => Promise.resolve(cutOff));
  gone.abort();
  await expect(api("/me", { signal: gone.signal })).rejects.toBeInstanceOf(TypeError);
});

test("a refusal says what is wrong, the first words for each field", async () => {
  const errors = [
    { field: "name", code: "required", message: "first" },
    { field: "name", code: "long", message: "second" },
  ];
  answering(() =>
    Promise.resolve({
      ok: false,
      status: 422,
      json: () => Promise.resolve({ code: "invalid", errors }),
    }),
  );
  const error = (await api("/me").catch((error: unknown) => error)) as ApiError;
  expect([error.refused, error.fieldErrors]).toEqual([true, { name: "first" }]);
});
