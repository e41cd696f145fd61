/** Filters joined by "or": what the list, its totals, groups, kanban, export and a kept view make of them. */
import { expect, test } from "@playwright/test";
import { ask, isWhole, signIn } from "./setup";

interface Made {
  id: string;
}

const DEALS = [
  { source: "website", amount: "10000" },
  { source: "expo", amount: "900000" },
  { source: "expo", amount: "20000" },
];

test("one of two filters is enough beside a third, wherever the list's filter goes", async ({
  page,
}) => {
  await signIn(page, "director");
  const mark = `任一${Date.now()}`;
  const customer = await ask<Made>(page, "POST", "/objects/customer/records", { name: mark });
  for (const [i, deal] of DEALS.entries()) {
    const data = { name: `${mark}-${i + 1}`, customer: customer.id, ...deal };
    await ask(page, "POST", "/objects/opportunity/records", data);
  }
  const f = [
    { field: "name", op: "contains", values: [mark] },
    { field: "source", op: "any", values: ["website"] },
    { field: "amount", op: "at_least", values: ["500000"] },
  ];
  await page.goto(`/o/opportunity?f=${encodeURIComponent(JSON.stringify(f))}`);
  const rows = page.locator("[data-row]");
  const match = page.getByLabel("条件之间的关系");
  const bar = page.getByRole("search");
  await expect(match).toHaveValue("all");
  await expect(page.getByText("没有符合条件的商机")).toBeVisible();

  // The second joint: website, or half a million and more.
  await bar.getByRole("button", { name: /^且/ }).last().click();
  await expect(rows).toHaveCount(2);
  await expect(match).toHaveValue("mixed");
  await expect(page.getByRole("button", { name: /^合计方式：金额/ })).toContainText("¥91万");
  await isWhole(page);

  await page.getByRole("button", { name: "导入导出" }).click();
  const link = await page.getByRole("link", { name: /CSV/ }).getAttribute("href");
  const csv = await (await page.request.get(link ?? "")).text();
  await page.keyboard.press("Escape");
  expect(csv.match(new RegExp(`${mark}-`, "g"))).toHaveLength(2);

  await page.getByRole("button", { name: "视图操作" }).click();
  await page.getByRole("button", { name: "另存为视图" }).click();
  const sheet = page.getByRole("dialog", { name: "另存为视图" });
  await sheet.getByLabel("视图名称").fill(mark);
  await sheet.getByRole("button", { name: "保存" }).click();
  const tab = page.getByRole("tab", { name: new RegExp(`^${mark}`) });
  await expect(tab).toContainText("2");
  await page.reload();
  await tab.click();
  await expect(rows).toHaveCount(2);
  await expect(match).toHaveValue("mixed");

  // What is taken away leaves the others joined as they read.
  await page.getByRole("button", { name: "去掉筛选：金额" }).click();
  await expect(rows).toHaveCount(1);
  await expect(match).toHaveValue("all");

  await page.getByRole("button", { name: "视图操作" }).click();
  await page.getByRole("button", { name: "还原改动" }).click();
  await expect(rows).toHaveCount(2);
  await match.selectOption({ label: "符合全部条件" });
  await expect(page.getByText("没有符合条件的商机")).toBeVisible();
  await match.selectOption({ label: "符合任一条件" });
  await expect(rows.filter({ hasText: `${mark}-3` })).toBeVisible();

  await page.getByRole("button", { name: "视图操作" }).click();
  await page.getByRole("button", { name: "删除视图" }).click();
  await expect(tab).toHaveCount(0);
});

test("on a phone the words between filters can be touched", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, "sales1");
  const f = [
    { field: "grade", op: "any", values: ["A"] },
    { field: "score", op: "at_least", values: ["60"], or: true },
  ];
  const asked = page.waitForRequest((request) => /\/lead\/records\?.*filter/.test(request.url()));
  await page.goto(`/o/lead?f=${encodeURIComponent(JSON.stringify(f))}`);
  expect(new URL((await asked).url()).searchParams.get("filter")).toContain(
    '(grade == "A" or score >= 60)',
  );
  const joint = page.getByRole("search").getByRole("button", { name: /^或/ });
  const box = await joint.boundingBox();
  expect(Math.min(box?.height ?? 0, box?.width ?? 0)).toBeGreaterThanOrEqual(44);
  const again = page.waitForRequest((request) => /\/lead\/records\?.*filter/.test(request.url()));
  await joint.click();
  expect(new URL((await again).url()).searchParams.get("filter")).toContain(
    'grade == "A" and score >= 60',
  );
  await expect(page.getByLabel("条件之间的关系")).toHaveValue("all");
});
