import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { ApiError } from "@/shared/api/client";
import * as files from "@/shared/api/files";
import type { Field, FileRef, Value } from "@/shared/api/types";
import { FilesInput } from "./FilesInput";

const field: Field = { name: "papers", label: "附件", type: "file" };
const kept: FileRef = { id: "f1", name: "合同.pdf", type: "application/pdf", size: 120_000 };

interface Sent {
  file: File;
  progress: (part: number) => void;
  done: (made: FileRef) => void;
  fail: (error: unknown) => void;
  signal: AbortSignal;
}

/** An input with its draft, and the uploads that it began, ended by the test. */
function show(start: Value = []) {
  const sent: Sent[] = [];
  vi.spyOn(files, "uploadFile").mockImplementation((file, progress, signal) => {
    return new Promise((done, fail) => {
      signal.addEventListener("abort", () => fail(new DOMException("", "AbortError")));
      sent.push({ file, progress, done, fail, signal });
    });
  });
  const seen: { value: Value } = { value: start };
  function Holder() {
    const [value, setValue] = useState<Value>(start);
    seen.value = value;
    return <FilesInput field={field} id="i" value={value} onChange={setValue} invalid={false} />;
  }
  const client = new QueryClient({ defaultOptions: { queries: { enabled: false } } });
  const { container, unmount } = render(
    <QueryClientProvider client={client}>
      <Holder />
    </QueryClientProvider>,
  );
  const input = container.querySelector("input") as HTMLInputElement;
  return { sent, seen, input, unmount };
}

function file(name: string): File {
  return new File(["x"], name, { type: "text/plain" });
}

function made(name: string): FileRef {
  return { id: `id of ${name}`, name, type: "text/plain", size: 1 };
}

afterEach(() => vi.restoreAllMocks());

test("files go up side by side and keep their places, whichever is there first", async () => {
  const user = userEvent.setup();
  const { sent, seen, input } = show([kept]);
  await user.upload(input, [file("a.txt"), file("b.txt")]);
  expect(screen.getAllByRole("progressbar")).toHaveLength(2);
  act(() => sent[1]?.progress(0.5));
  expect(screen.getByRole("progressbar", { name: "b.txt" }).getAttribute("value")).toBe("0.5");
  await act(async () => sent[1]?.done(made("b.txt")));
  await act(async () => sent[0]?.done(made("a.txt")));
  expect(seen.value).toEqual([kept, made("a.txt"), made("b.txt")]);
  expect(screen.queryByRole("progressbar")).toBeNull();
});

test("what the server refuses is said by name, and the others stay", async () => {
  const user = userEvent.setup();
  const { sent, seen, input } = show([kept]);
  await user.upload(input, [file("a.exe")]);
  const errors = [{ field: "file", code: "bad_type", message: "不支持这种文件" }];
  const refused = new ApiError({ title: "", status: 422, code: "invalid", errors });
  await act(async () => sent[0]?.fail(refused));
  expect(screen.getByRole("alert").textContent).toBe("a.exe: 不支持这种文件");
  expect(seen.value).toEqual([kept]);
});

test("an upload can be called off, and a file taken away", async () => {
  const user = userEvent.setup();
  const { sent, seen, input } = show([kept]);
  await user.upload(input, [file("a.txt")]);
  await user.click(screen.getByRole("button", { name: "移除 a.txt" }));
  await waitFor(() => expect(sent[0]?.signal.aborted).toBe(true));
  expect(screen.queryByRole("alert")).toBeNull();
  await user.click(screen.getByRole("button", { name: "移除 合同.pdf" }));
  expect(seen.value).toEqual([]);
});

test("what is still on its way when the form goes is called off", async () => {
  const user = userEvent.setup();
  const { sent, input, unmount } = show();
  await user.upload(input, [file("a.txt")]);
  unmount();
  expect(sent[0]?.signal.aborted).toBe(true);
});
