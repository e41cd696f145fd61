import { fireEvent, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { expectRoundTrip, shipped, showForm } from "@/shared/definition/testing";
import { bringWords } from "@/shared/i18n";
import { words as sentence } from "@/shared/sentence/words";
import { ViewForm } from "./ViewForm";
import { words } from "./words";

// Expressions are written in the plain field that stands there until the editor is fetched.
vi.mock("@/shared/expression/Written", () => new Promise(() => {}));

await Promise.all([words, sentence].map(bringWords));

const LABELS = { company: "公司", phone: "电话", created_at: "创建时间" };

function show(body: object) {
  const fields = Object.entries(LABELS).map(([name, label]) => ({
    ...{ name, label, type: "text", can: { sort: true } },
  }));
  const objects = [{ name: "lead", label: "线索", fields }];
  return showForm(ViewForm, body as Record<string, unknown>, {
    answers: [[["catalog"], { version: 1, objects, pipelines: [] }]],
  });
}

test.each(shipped("views"))("%s can be changed and is left as it was", (_, body) => {
  const { container, seen, unmount } = show(body);
  expectRoundTrip(container, seen);
  unmount();
});

test("records are put in another order, and without one the newest are first", () => {
  const { seen } = show({ view: "v", on: "lead", columns: [] });
  const field = () => screen.getByLabelText("按哪个字段");
  const way = () => screen.getByLabelText("方向");
  expect(way()).toHaveProperty("value", "down");
  fireEvent.change(way(), { target: { value: "up" } });
  expect(seen.body.sort).toBe("created_at");
  fireEvent.change(field(), { target: { value: "company" } });
  expect(seen.body.sort).toBe("company");
  fireEvent.change(way(), { target: { value: "down" } });
  expect(seen.body.sort).toBe("-company");
  fireEvent.change(field(), { target: { value: "" } });
  expect(seen.body).not.toHaveProperty("sort");
});

test("columns are added, moved and taken away", () => {
  const { seen } = show({ view: "v", on: "lead", columns: ["company"] });
  fireEvent.change(screen.getByLabelText("添加列…"), { target: { value: "phone" } });
  expect(seen.body.columns).toEqual(["company", "phone"]);
  fireEvent.click(screen.getByRole("button", { name: "上移：电话" }));
  expect(seen.body.columns).toEqual(["phone", "company"]);
  fireEvent.click(screen.getByRole("button", { name: "删除：公司" }));
  expect(seen.body.columns).toEqual(["phone"]);
});
