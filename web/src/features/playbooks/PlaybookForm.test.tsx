import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { expectRoundTrip, shipped, showForm } from "@/shared/definition/testing";
import { bringWords } from "@/shared/i18n";
import { words as sentence } from "@/shared/sentence/words";
import { filled } from "./holes";
import { PlaybookForm } from "./PlaybookForm";
import { words } from "./words";

await Promise.all([words, sentence].map(bringWords));

test.each(shipped("playbooks"))("%s comes out of its form as it went in", (_, body) => {
  const { container, seen } = showForm(PlaybookForm, { ...body, later: { kept: true } });
  expect(seen.changes).toBe(0);
  expectRoundTrip(container, seen, 9);
  for (const tab of container.querySelectorAll("[aria-pressed=false]")) {
    fireEvent.click(tab);
    expectRoundTrip(container, seen, 9);
  }
});

const BODY = {
  playbook: "p",
  on: "lead",
  beside: "touch",
  contacts: [
    {
      key: "first",
      label: { "zh-CN": "第一次" },
      sections: [
        {
          key: "opening",
          label: { "zh-CN": "开场" },
          items: [
            { key: "hello", text: { "zh-CN": "{name}您好" } },
            { key: "price", text: { "zh-CN": "先报价" }, answer: { "zh-CN": "可以" } },
          ],
        },
      ],
    },
    { key: "second", label: { "zh-CN": "第二次" }, sections: [] },
  ],
};

test("items are added under a key of their own, answered, and moved", async () => {
  const user = userEvent.setup();
  const { seen } = showForm(PlaybookForm, BODY);
  await user.click(screen.getByRole("button", { name: "加一句" }));
  await user.click(screen.getByRole("button", { name: "上移：先报价" }));
  await user.click(
    screen.getAllByRole("button", { name: "这是客户说的，写上应答" })[0] as HTMLElement,
  );
  const items = (seen.body as typeof BODY).contacts[0]?.sections[0]?.items;
  expect(items).toEqual([
    { key: "price", text: { "zh-CN": "先报价" }, answer: { "zh-CN": "可以" } },
    { key: "hello", text: { "zh-CN": "{name}您好" }, answer: {} },
    { key: "item_3", text: {} },
  ]);
});

test("a contact whose item is wrong says so though another one is open", () => {
  const place = "contacts[1].sections";
  showForm(PlaybookForm, BODY, { problems: { [place]: "请填写" } });
  const tab = screen.getByRole("button", { name: /第二次/ });
  expect(tab.textContent).toContain("有误");
  expect(screen.queryByText("请填写")).toBeNull();
});

test("braces are shown as the names of fields", () => {
  const fields = [{ name: "name", label: "联系人", type: "text" as const }];
  expect(filled("{name}您好，{unknown}", fields)).toBe("[联系人]您好，{unknown}");
});
