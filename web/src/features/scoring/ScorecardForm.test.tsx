import { fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { expectRoundTrip, shipped, showForm } from "@/shared/definition/testing";
import { bringWords } from "@/shared/i18n";
import { words as sentence } from "@/shared/sentence/words";
import { scaleOf, sumOf } from "./factor";
import { ScorecardForm } from "./ScorecardForm";
import { words } from "./words";

await Promise.all([words, sentence].map(bringWords));

test.each(shipped("scorecards"))("%s comes out of its form as it went in", (_, body) => {
  const unknown = { ...body, later: { kept: true } };
  const { container, seen } = showForm(ScorecardForm, unknown);
  expect(seen.changes).toBe(0);
  expectRoundTrip(container, seen);
  expect(seen.changes).toBeGreaterThan(10);
});

const BODY = {
  scorecard: "s",
  on: "lead",
  factors: [
    { key: "source", label: { "zh-CN": "来源" }, of: "source", points: { expo: 15, else: 5 } },
    { key: "paper", label: { "zh-CN": "下载" }, when: "downloads > 0", points: 20, later: 1 },
    { key: "full", label: { "zh-CN": "完整" }, points: "25 * filled(company)" },
  ],
  bands: { A: 70, B: 40, C: 0 },
};

test("the sum says the most that can be given, and that a formula may add to it", () => {
  expect(sumOf(BODY.factors)).toEqual({ most: 35, open: true });
  showForm(ScorecardForm, BODY);
  expect(screen.getByText("合计最多 35 分，另加按公式算的")).toBeTruthy();
});

test("bands reach to where the next begins", () => {
  expect(scaleOf(BODY.bands)).toEqual([
    { key: "C", least: 0, below: 40 },
    { key: "B", least: 40, below: 70 },
    { key: "A", least: 70, below: 100 },
  ]);
});

test("factors are added, moved with what this client doesn't know of them, and removed", async () => {
  const user = userEvent.setup();
  const { seen } = showForm(ScorecardForm, BODY);
  await user.click(screen.getByRole("button", { name: "上移：下载" }));
  const keys = () => (seen.body.factors as { key: string }[]).map(({ key }) => key);
  expect(keys()).toEqual(["paper", "source", "full"]);
  expect((seen.body.factors as unknown[])[0]).toEqual(BODY.factors[1]);
  // At the top there is no further up; the focus goes on to the other arrow of the same factor.
  expect(document.activeElement?.getAttribute("aria-label")).toBe("下移：下载");
  await user.click(screen.getByRole("button", { name: "删除：完整" }));
  await user.click(screen.getByRole("button", { name: "加一个因素" }));
  expect(keys()).toEqual(["paper", "source", "factor_3"]);
});

test("an option without points counts as anything else", () => {
  const { seen } = showForm(ScorecardForm, BODY);
  const points = screen.getByLabelText("expo的分数");
  fireEvent.change(points, { target: { value: "" } });
  expect((seen.body.factors as { points: unknown }[])[0]?.points).toEqual({ else: 5 });
});

test("what is wrong stands in the factor that it is about", () => {
  showForm(ScorecardForm, BODY, { problems: { "factors[1].when": "没有这个字段" } });
  const item = screen.getByText("没有这个字段").closest("li");
  expect(within(item as HTMLElement).getByDisplayValue("downloads > 0")).toBeTruthy();
});

test("who may only read finds the same sentences and nothing to fill in", () => {
  const { container } = showForm(ScorecardForm, BODY, { readonly: true });
  expect(screen.getByText("15")).toBeTruthy();
  expect(container.querySelectorAll("input, select, button")).toHaveLength(0);
  for (const one of container.querySelectorAll("textarea")) expect(one.readOnly).toBe(true);
});
