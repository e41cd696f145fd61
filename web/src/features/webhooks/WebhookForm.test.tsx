import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { expectRoundTrip, showForm } from "@/shared/definition/testing";
import { bringWords } from "@/shared/i18n";
import { words as sentence } from "@/shared/sentence/words";
import { words as steps } from "@/shared/steps/words";
import { WebhookForm } from "./WebhookForm";
import { words } from "./words";

await Promise.all([words, sentence, steps].map(bringWords));

const BODY = {
  webhook: "erp",
  on: "lead",
  url: "https://erp.example.com/leads",
  events: "created",
  filter: "grade == 'A'",
  fields: ["company", "phone"],
  active: false,
  later: { kept: true },
};

test("a webhook comes out of its form as it went in", () => {
  const { container, seen } = showForm(WebhookForm, BODY);
  expect(seen.changes).toBe(0);
  expectRoundTrip(container, seen);
  expect(seen.changes).toBeGreaterThan(0);
});

test("events are one or several; without any it is told by steps alone", async () => {
  const user = userEvent.setup();
  const { seen } = showForm(WebhookForm, BODY);
  await user.click(screen.getByRole("button", { name: "发生的事情: 新建" }));
  await user.click(screen.getByRole("checkbox", { name: "换阶段" }));
  expect(seen.body.events).toEqual(["created", "moved"]);
  await user.click(screen.getByRole("checkbox", { name: "新建" }));
  await user.click(screen.getByRole("checkbox", { name: "换阶段" }));
  expect(seen.body).not.toHaveProperty("events");
  expect(screen.getByRole("button", { name: "发生的事情: 被步骤点名时" })).toBeTruthy();
});

test("what is as usual isn't written", async () => {
  const user = userEvent.setup();
  const { seen } = showForm(WebhookForm, BODY);
  await user.selectOptions(screen.getByRole("combobox", { name: "启用" }), "yes");
  expect(seen.body).not.toHaveProperty("active");
});

test("what is wrong stands at its blank", () => {
  showForm(WebhookForm, BODY, { problems: { url: "不是网址", filter: "没有字段" } });
  expect(screen.getByLabelText("网址").getAttribute("aria-invalid")).toBe("true");
  expect(screen.getAllByRole("alert").map((one) => one.textContent)).toContain("不是网址");
});

test("who may not change it reads the same sentences", () => {
  const { container } = showForm(WebhookForm, BODY, { readonly: true });
  expect(container.querySelectorAll("input, select, button")).toHaveLength(0);
  expect(container.textContent).toContain("https://erp.example.com/leads");
});
