import { act, fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { partOf } from "@/shared/definition/body";
import type { DefinitionBody } from "@/shared/definition/form";
import { expectRoundTrip, shipped, showForm } from "@/shared/definition/testing";
import { bringWords } from "@/shared/i18n";
import { words as plan } from "@/shared/plan/words";
import { words as sentence } from "@/shared/sentence/words";
import { words as steps } from "@/shared/steps/words";
import { toastStore } from "@/shared/ui/toast";
import type { FieldTypes } from "./api";
import { fieldsOf, typeOf } from "./fields";
import { ObjectForm } from "./ObjectForm";
import { words } from "./words";

// Expressions are written in the plain field that stands there until the editor is fetched.
vi.mock("@/shared/expression/Written", () => new Promise(() => {}));

await Promise.all([words, sentence, steps, plan].map(bringWords));

const SHIPPED = shipped("objects");

/** Types as the server tells them, as far as shipped objects use them. */
function types(): FieldTypes {
  const settings = new Map<string, Set<string>>();
  for (const [, field] of SHIPPED.flatMap(([, body]) => fieldsOf(body))) {
    const known = settings.get(typeOf(field)) ?? new Set(["core", "required", "default"]);
    for (const key of Object.keys(field)) known.add(key);
    settings.set(typeOf(field), known);
  }
  const can = { filter: true, sort: true, group: true, search: true, import: true };
  const items = [...settings].map(([type, keys]) => ({
    type,
    can,
    stored: type !== "children",
    settings: [...keys],
    needs: [],
  }));
  return { items, fns: ["count", "sum"], results: ["integer", "money"] };
}

/** The catalog tells the same objects. */
function catalog() {
  const objects = SHIPPED.map(([, body]) => ({
    name: body.object,
    label: body.object,
    fields: fieldsOf(body).map(([name, field]) => ({
      ...field,
      name,
      label: name,
      options: undefined,
    })),
  }));
  return { version: 1, objects, pipelines: [] };
}

function show(body: DefinitionBody, problems: Record<string, string> = {}) {
  const answers: [readonly unknown[], unknown][] = [
    [["field-types"], types()],
    [["catalog"], catalog()],
  ];
  return showForm(ObjectForm, body, { answers, problems });
}

const lead = () => SHIPPED.find(([file]) => file === "lead.yaml")![1];
const openers = (container: HTMLElement) => [
  ...container.querySelectorAll<HTMLElement>("ol button[aria-expanded]"),
];

test.each(SHIPPED)("%s comes out of its form as it went in", (_, body) => {
  const unknown = { ...body, later: { kept: true } };
  const { container, seen } = show(unknown);
  for (const one of openers(container)) fireEvent.click(one);
  expect(seen.changes).toBe(0);
  expectRoundTrip(container, seen, 7);
  expect(seen.changes).toBeGreaterThan(4);
});

test("a field says at a glance what it is, and opened only what its type can be told", () => {
  const { container } = show(lead());
  const row = screen.getByRole("button", { name: /^公司/ });
  expect(row.textContent).toContain("单行文本");
  expect(within(row).getByText("名称")).toBeTruthy();
  expect(within(row).getByText("核心")).toBeTruthy();
  fireEvent.click(container.querySelector("#field-budget")!);
  const budget = screen.getByRole("group", { name: "预算" });
  expect(within(budget).getByLabelText("最小")).toBeTruthy();
  expect(within(budget).queryByLabelText("选项来自")).toBeNull();
  expect(within(budget).queryByLabelText("关联哪个对象")).toBeNull();
});

test("a field is moved by its buttons, which keep the focus", async () => {
  const user = userEvent.setup();
  const { seen } = show(lead());
  const before = Object.keys(partOf(lead(), "fields"));
  const down = screen.getByRole("button", { name: "下移：公司" });
  down.focus();
  await user.keyboard("{Enter}");
  expect(Object.keys(partOf(seen.body, "fields")).slice(0, 2)).toEqual([before[1], before[0]]);
  expect(document.activeElement?.getAttribute("aria-label")).toBe("下移：公司");
});

test("what the server finds wrong opens the field and stands at its input", () => {
  show(lead(), { "fields.budget.min": "太小了", "fields.wechat": "这个名字不行" });
  const budget = screen.getByRole("group", { name: "预算" });
  const min = within(budget).getByLabelText("最小");
  expect(min.getAttribute("aria-invalid")).toBe("true");
  expect(within(budget).getByRole("alert").textContent).toBe("太小了");
  expect(within(screen.getByRole("group", { name: "微信" })).getByRole("alert").textContent).toBe(
    "这个名字不行",
  );
});

test("an option that is in force is retired when it is taken away, unless that is insisted on", () => {
  const kinds = { a: "甲", b: "乙" };
  const fields = { name: { type: "text" }, way: { type: "choice", label: "方式", options: kinds } };
  const published = Object.keys(kinds).map((key) => ({ key, label: key }));
  const known = { name: "memo", label: "备忘", fields: [{ name: "way", options: published }] };
  const answers: [readonly unknown[], unknown][] = [
    [["field-types"], types()],
    [["catalog"], { version: 1, objects: [known], pipelines: [] }],
  ];
  const body = { object: "memo", title: "name", fields };
  const { container, seen } = showForm(ObjectForm, body, { answers });
  fireEvent.click(container.querySelector("#field-way")!);
  const options = () => partOf(partOf(partOf(seen.body, "fields"), "way"), "options");
  fireEvent.click(screen.getByRole("button", { name: "删除：甲" }));
  const retired = { label: "甲", retired: true };
  expect(options()).toEqual({ a: retired, b: "乙" });
  const { text, action } = toastStore.get().at(-1)!;
  expect(text).toContain("“甲”可能有记录在用");
  act(() => action?.run());
  expect(options()).toEqual({ b: "乙" });
});

test("the first six fields of a new object are shown in its form at once", async () => {
  const { seen } = show({ object: "memo", title: "name", fields: { name: { core: true } } });
  for (const name of ["一", "二", "三", "四", "五", "六"]) {
    fireEvent.click(screen.getByRole("button", { name: "添加字段" }));
    const sheet = within(screen.getByRole("dialog"));
    await userEvent.type(sheet.getByLabelText("名称（中文）"), name);
    await userEvent.type(sheet.getByLabelText("标识"), `f${"一二三四五六".indexOf(name)}`);
    fireEvent.click(sheet.getByRole("button", { name: "添加" }));
  }
  const core = fieldsOf(seen.body).map(([, field]) => field.core === true);
  expect(core).toEqual([true, true, true, true, true, true, false]);
});

test("an option gets a colour without losing its name, and loses it again; it is retired the same way", () => {
  const body = {
    ...lead(),
    fields: {
      ...partOf(lead(), "fields"),
      way: { type: "choice", label: "方式", options: { a: "甲" } },
    },
  };
  const { container, seen } = show(body);
  fireEvent.click(container.querySelector("#field-way")!);
  const options = () => partOf(partOf(partOf(seen.body, "fields"), "way"), "options");
  const color = screen.getByLabelText("“甲”的颜色");
  fireEvent.change(color, { target: { value: "red" } });
  expect(options()).toEqual({ a: { label: "甲", color: "red" } });
  fireEvent.change(screen.getByLabelText("“甲”的颜色"), { target: { value: "" } });
  expect(options()).toEqual({ a: { label: "甲" } });
  fireEvent.click(screen.getByRole("checkbox", { name: "停用“甲”" }));
  expect(options()).toEqual({ a: { label: "甲", retired: true } });
  fireEvent.click(screen.getByRole("checkbox", { name: "停用“甲”" }));
  expect(options()).toEqual({ a: { label: "甲" } });
});
