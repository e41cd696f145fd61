import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { expectRoundTrip, shipped, showForm } from "@/shared/definition/testing";
import { bringWords } from "@/shared/i18n";
import { words as sentence } from "@/shared/sentence/words";
import { AssignmentForm } from "./AssignmentForm";
import { readMatch, writeMatch } from "./expressions";
import { filterOf } from "./held";
import { before, positionAfter, positionBefore } from "./order";
import { words } from "./words";

// Expressions are written in the plain field that stands there until the editor is fetched.
vi.mock("@/shared/expression/Written", () => new Promise(() => {}));

await Promise.all([words, sentence].map(bringWords));

test.each(shipped("assignment"))("%s comes out of its form as it went in", (_, body) => {
  const { container, seen } = showForm(AssignmentForm, { ...body, later: { kept: true } });
  expect(seen.changes).toBe(0);
  expectRoundTrip(container, seen);
  expect(seen.changes).toBeGreaterThan(5);
});

/** Every key that a policy may have. */
const WHOLE = {
  assignment: "whole",
  on: "lead",
  label: { "zh-CN": "全部" },
  position: 20,
  when: "source == 'ad'",
  to: { department: "east_sales", role: "sales", where: "has(candidate.territories, province)" },
  duty: "on_duty",
  room: { open: "30", daily: "candidate.quota_daily" },
  prefer: "candidate.level == 'senior'",
  order: "weighted",
  weight: { people: { sales1: 3 }, departments: { east_sales: 0.5 } },
  nobody: { field: "pool", pool: "public", alarm: "manager" },
  watch: { days: 5, waiting: 20, per_person: 60, swing: 0.5 },
};

const PEOPLE = { items: [{ id: "1", name: "林晓", login: "sales1" }] };
const ANSWERS: [readonly unknown[], unknown][] = [
  [["everybody"], PEOPLE],
  [["departments"], { items: [{ id: "2", key: "east_sales", name: "华东大区" }] }],
  [["roles"], { items: [{ key: "sales", label: "销售" }] }],
];

test("every key of a policy can be edited and comes out as it went in", () => {
  const { container, seen } = showForm(AssignmentForm, WHOLE, { answers: ANSWERS });
  expectRoundTrip(container, seen);
  for (const said of ["林晓", "华东大区"]) expect(screen.getAllByText(said).length).toBeTruthy();
  expect(screen.getByLabelText("在手上限的条数")).toHaveProperty("value", "30");
  expect(screen.getByLabelText("波动百分比")).toHaveProperty("value", "50");
  expect(screen.getByLabelText("人员资料")).toHaveProperty("value", "territories");
  expect(screen.getByLabelText("优先给", { selector: "textarea" })).toHaveProperty(
    "value",
    "candidate.level == 'senior'",
  );
});

test("what belongs to one order goes with it, and is back when that is chosen again", () => {
  const { seen } = showForm(AssignmentForm, WHOLE);
  const order = screen.getByLabelText("分配顺序");
  fireEvent.change(order, { target: { value: "round_robin" } });
  expect("weight" in seen.body).toBe(false);
  fireEvent.change(order, { target: { value: "weighted" } });
  expect(seen.body).toEqual(WHOLE);
  fireEvent.change(order, { target: { value: "by_expression" } });
  fireEvent.change(screen.getByLabelText("公式"), { target: { value: "candidate.weight" } });
  expect(seen.body.by).toBe("candidate.weight");
  expect("weight" in seen.body).toBe(false);
});

test("somebody is given a share and loses it again", async () => {
  const user = userEvent.setup();
  const { seen } = showForm(
    AssignmentForm,
    { assignment: "a", on: "lead", order: "weighted" },
    { answers: ANSWERS },
  );
  await user.selectOptions(screen.getByLabelText("加一个人"), "sales1");
  fireEvent.change(screen.getByLabelText("林晓的份数"), { target: { value: "3" } });
  expect(seen.body.weight).toEqual({ people: { sales1: 3 } });
  await user.click(screen.getByRole("button", { name: "去掉林晓" }));
  expect("weight" in seen.body).toBe(false);
});

test("a quota that is emptied while it is written anew stays a number", () => {
  const { seen } = showForm(AssignmentForm, WHOLE);
  const number = screen.getByLabelText("在手上限的条数");
  fireEvent.change(number, { target: { value: "" } });
  fireEvent.change(screen.getByLabelText("在手上限的条数"), { target: { value: "8" } });
  expect(seen.body.room).toEqual({ open: "8", daily: "candidate.quota_daily" });
});

test("what is wrong stands at its place", () => {
  showForm(AssignmentForm, WHOLE, {
    problems: { to: "请填写", "weight.people.sales1": "太大", "nobody.pool": "没有这个选项" },
  });
  for (const said of ["请填写", "太大", "没有这个选项"]) {
    expect(screen.getByText(said).getAttribute("role")).toBe("alert");
  }
});

test("who may only read finds nothing to fill in", () => {
  const { container } = showForm(AssignmentForm, WHOLE, { readonly: true, answers: ANSWERS });
  expect(container.querySelectorAll("input, select, button")).toHaveLength(0);
  expect(screen.getByText("按权重，权重高的多分")).toBeTruthy();
});

test("a policy goes past its neighbour and no further", async () => {
  const user = userEvent.setup();
  const policies = ["a", "m", "z"].map((key) => ({ key, label: key, position: 10 }));
  const body = { ...WHOLE, assignment: "m", label: { "zh-CN": "m" }, position: 10 };
  const { seen } = showForm(AssignmentForm, body, {
    answers: [[["assignment", "lead", "dealing"], { policies }]],
  });
  await user.click(screen.getByRole("button", { name: "下移：m" }));
  const mine = { key: "m", position: seen.body.position as number };
  const others = policies.filter(({ key }) => key !== "m");
  expect([...others, mine].sort(before).map(({ key }) => key)).toEqual(["a", "z", "m"]);
  expect(positionBefore("m", { key: "z", position: 10 })).toBe(10);
  expect(positionBefore("m", { key: "a", position: 10 })).toBe(9);
  expect(positionAfter("m", { key: "a", position: 10 })).toBe(10);
});

test("a comparison of the candidate with the record is read in each way of writing it", () => {
  const match = { attribute: "territories", field: "province" };
  expect(readMatch("has(candidate.territories, province)")).toEqual(match);
  expect(readMatch("province in candidate.territories")).toEqual(match);
  expect(readMatch("has(candidate.territories, province) or true")).toBeUndefined();
  expect(readMatch(writeMatch(match, true))).toEqual(match);
  expect(readMatch(writeMatch({ attribute: "city", field: "city" }, false))).toEqual({
    attribute: "city",
    field: "city",
  });
});

test("what a person holds is what no stage has ended", () => {
  const stages = [
    { key: "new", label: "" },
    { key: "won", label: "", outcome: "won" as const },
  ];
  const pipeline = { key: "lead", object: "lead", field: "stage", stages };
  expect(filterOf("p1", 7, pipeline)).toBe(
    'owner == "p1" and created_at >= now() - days(7) and stage in ["new"]',
  );
  expect(filterOf("", 7, pipeline)).toBe("");
});

test("a condition that was wanted and says nothing yet stays in the policy, so that it is refused", async () => {
  const { seen } = showForm(AssignmentForm, { assignment: "x", on: "lead", to: { role: "sales" } });
  const where = screen.getByRole("combobox", { name: "还要满足" });
  await userEvent.selectOptions(where, "负责范围对得上");
  expect(seen.body.to).toEqual({ role: "sales", where: "" });
  expect(screen.getByRole("alert").textContent).toContain("选好按人员的哪项资料");
  await userEvent.selectOptions(where, "没有别的要求");
  expect(seen.body.to).toEqual({ role: "sales" });
});
