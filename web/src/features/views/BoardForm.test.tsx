import { fireEvent, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { expectRoundTrip, shipped, showForm } from "@/shared/definition/testing";
import { bringWords } from "@/shared/i18n";
import { words as sentence } from "@/shared/sentence/words";
import { BoardForm } from "./BoardForm";
import { words } from "./words";

// Expressions are written in the plain field that stands there until the editor is fetched.
vi.mock("@/shared/expression/Written", () => new Promise(() => {}));

await Promise.all([words, sentence].map(bringWords));

test.each(shipped("boards"))("%s can be changed and is left as it was", (_, body) => {
  const { container, seen, unmount } = showForm(BoardForm, body);
  expectRoundTrip(container, seen);
  unmount();
});

test("a light is on by a condition or a clock, or takes all others", () => {
  const light = { key: "late", label: { "zh-CN": "晚了" }, color: "red" };
  const answers: [readonly unknown[], unknown][] = [
    [
      ["definitions", "known", "clock"],
      { items: [{ key: "first", label: "首次触达", on: "lead" }] },
    ],
  ];
  const { seen } = showForm(BoardForm, { board: "b", on: "lead", lights: [light] }, { answers });
  const turn = (way: string) =>
    fireEvent.change(screen.getByLabelText("“晚了”什么时候亮"), { target: { value: way } });
  turn("clock");
  expect(seen.body.lights).toEqual([{ ...light, clock: "first" }]);
  turn("when");
  expect(seen.body.lights).toEqual([{ ...light, when: "" }]);
  turn("rest");
  expect(seen.body.lights).toEqual([light]);
});
