import { fireEvent, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { expectRoundTrip, shipped, showForm } from "@/shared/definition/testing";
import { bringWords } from "@/shared/i18n";
import { words as sentence } from "@/shared/sentence/words";
import { OptionListForm } from "./OptionListForm";
import { words } from "./words";

await Promise.all([words, sentence].map(bringWords));

test.each(shipped("options"))("%s can be changed and is left as it was", (_, body) => {
  const { container, seen, unmount } = showForm(OptionListForm, body);
  expectRoundTrip(container, seen);
  unmount();
});

test("an option is renamed, and one of a list in force is retired rather than removed", () => {
  const body = { options: "ways", label: "方式", values: { a: "甲", b: "乙" } };
  const answers: [readonly unknown[], unknown][] = [
    [["definition", "options", "ways", "present"], { body: { values: { a: "甲" } } }],
  ];
  const { seen } = showForm(OptionListForm, body, { answers });
  fireEvent.change(screen.getByDisplayValue("乙"), { target: { value: "丙" } });
  fireEvent.click(screen.getByRole("button", { name: "删除：甲" }));
  expect(seen.body.values).toEqual({ a: { label: "甲", retired: true }, b: { "zh-CN": "丙" } });
  fireEvent.click(screen.getByRole("button", { name: "删除：丙" }));
  expect(Object.keys(seen.body.values as object)).toEqual(["a"]);
});
