/** What one finds after a merge: the trail of both, told apart, and the way from the one that went. */
import { expect, test } from "@playwright/test";
import { ask, isWhole, signIn } from "./setup";

test("a merged lead's trail says what came from the other one, whose address leads here", async ({
  page,
}) => {
  const mark = Date.now().toString(36);
  await signIn(page, "director");
  const make = (values: object) =>
    ask<{ id: string; version: number }>(page, "POST", "/objects/lead/records", values);
  const stays = await make({ company: `留下的${mark}`, name: "甲" });
  const goes = await make({ company: `并走的${mark}`, name: "乙" });
  const { id: other, version: other_version } = goes;
  await ask(page, "POST", `/objects/lead/records/${stays.id}/merge`, {
    other,
    other_version,
    version: stays.version,
    values: {},
  });

  await page.goto(`/o/lead/records/${other}`);
  await expect(page.getByText("这条记录已合并到另一条")).toBeVisible();
  await isWhole(page);
  await page.getByRole("button", { name: "打开合并后的记录" }).click();
  await expect(page).toHaveURL(new RegExp(stays.id));

  await page.getByRole("tab", { name: "时间轴" }).click();
  const trail = page.getByRole("tabpanel", { name: "时间轴" });
  await expect(trail.getByText(`并入了“并走的${mark}”`)).toBeVisible();
  const made = trail.getByRole("listitem").filter({ hasText: "创建" });
  await expect(made.filter({ hasText: `来自“并走的${mark}”` })).not.toHaveCount(0);
  await expect(trail.getByText("删除", { exact: true })).toHaveCount(0);
});
