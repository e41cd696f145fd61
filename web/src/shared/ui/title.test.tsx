import { act, cleanup, render } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { setLocale, startI18n } from "@/shared/i18n";
import { useTitle } from "./title";

afterEach(cleanup);

function Page({ title }: { title: string }) {
  useTitle(title);
  return null;
}

test("the tab is called by what lies on top, and by the app once nothing does", async () => {
  await startI18n();
  await act(() => setLocale("zh-CN"));
  const list = render(<Page title="线索" />);
  const name = document.title.replace("线索 · ", "");
  const record = render(<Page title="" />);
  expect(document.title).toBe(`线索 · ${name}`);
  record.rerender(<Page title="启明精密" />);
  expect(document.title).toBe(`启明精密 · ${name}`);
  record.unmount();
  expect(document.title).toBe(`线索 · ${name}`);
  list.unmount();
  expect(document.title).toBe(name);
});
