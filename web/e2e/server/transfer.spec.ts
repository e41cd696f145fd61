import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";

test("a table comes in with its errors as a file, and goes out again", async ({ page }) => {
  await page.goto("/o/lead");
  await page.getByLabel("账号").fill("admin");
  await page.getByLabel("密码").fill("closeloop-demo");
  await page.getByRole("button", { name: "登录" }).click();
  await page.getByRole("button", { name: "导入导出" }).click();
  await page.getByRole("button", { name: "导入表格" }).click();

  const run = Date.now();
  const rows = [
    "公司,联系人,手机,来源",
    `导入甲-${run},张三,138${String(run).slice(-8)},展会扫码`,
    `导入乙-${run},李四,不是号码,官网表单`,
  ];
  const sheet = page.getByRole("dialog", { name: /^导入到/ });
  await sheet.locator("input[type=file]").setInputFiles({
    name: "名单.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(rows.join("\r\n")),
  });
  await expect(sheet.getByText("名单.csv · 共 2 行")).toBeVisible();
  await expect(sheet.getByLabel("列“手机”对应的字段")).toHaveValue("phone");
  await sheet.getByRole("button", { name: "下一步：检查" }).click();
  await expect(sheet.getByText("第 3 行 电话")).toBeVisible();
  await sheet.getByRole("button", { name: "导入其余 1 行" }).click();
  await expect(sheet.getByRole("status")).toContainText("导入完成", { timeout: 30_000 });
  const errors = page.waitForEvent("download");
  await sheet.getByRole("link", { name: "下载失败的 1 行及原因" }).click();
  expect(readFileSync(await (await errors).path(), "utf8")).toContain(`导入乙-${run}`);
  await sheet.getByRole("button", { name: "关闭" }).last().click();

  await page.getByRole("searchbox").fill(String(run));
  await expect(page.locator("[data-row]")).toHaveCount(1);
  await page.getByRole("button", { name: "导入导出" }).click();
  const table = page.waitForEvent("download");
  await page.getByRole("link", { name: "导出 CSV" }).click();
  const text = readFileSync(await (await table).path(), "utf8");
  expect(text).toContain(`导入甲-${run}`);
  expect(text.trim().split("\n")).toHaveLength(2);
});
