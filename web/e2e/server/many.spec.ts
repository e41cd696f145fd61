/** Deeds on several leads at once: an operation that is taken back, and two that become one. */
import { expect, test, type Page } from "@playwright/test";
import { ask, choose, isWhole, signIn } from "./setup";

async function leads(page: Page, names: string[]): Promise<void> {
  for (const company of names) {
    await ask(page, "POST", "/objects/lead/records", { company, name: "甲", source: "manual" });
  }
}

test("discarding several is taken back from its message, and two chosen ones are merged", async ({
  page,
}) => {
  await signIn(page, "director");
  const mark = `众${Date.now().toString(36)}`;
  await leads(page, [`${mark}一`, `${mark}二`]);
  await page.goto(`/o/lead?q=${mark}`);
  await expect(page.locator("[data-row]")).toHaveCount(2);
  await page.getByLabel("选择本页全部").check();
  const bar = page.getByRole("toolbar", { name: "批量操作" });
  await bar.getByRole("button", { name: "执行操作" }).click();
  await page.getByRole("button", { name: "废弃", exact: true }).click();
  const sheet = page.getByRole("dialog", { name: "废弃" });
  await choose(page, sheet.getByRole("combobox", { name: "废弃原因" }), "联系不上");
  await sheet.getByRole("button", { name: "废弃 2 条" }).click();
  await expect(page.getByText("废弃：已处理 2 条")).toBeVisible();
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(page.getByText("已撤销")).toBeVisible();
  await expect(page.locator("[data-row]").getByText("已废弃")).toHaveCount(0);

  await page.getByLabel("选择本页全部").check();
  await bar.getByRole("button", { name: "对比合并" }).click();
  const merge = page.getByRole("dialog", { name: "合并线索" });
  await expect(merge.getByText("并入后消失")).toBeVisible();
  await isWhole(page);
  await merge.getByRole("button", { name: "合并", exact: true }).click();
  await expect(page.getByText("已合并")).toBeVisible();
  await expect(page.locator("[data-row]")).toHaveCount(1);
  await expect(bar).toHaveCount(0);
});
