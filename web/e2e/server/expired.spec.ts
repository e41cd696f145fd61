/** A session that ends while somebody is writing is begun again over the page. */
import { expect, test } from "@playwright/test";
import { isWhole, PASSWORD, signIn } from "./setup";

test("what was typed is there after signing in again, and is saved", async ({ page }) => {
  await signIn(page, "sales1");
  const company = `过期${Date.now().toString(36)}`;
  await page.goto("/o/lead/new");
  const sheet = page.getByRole("dialog", { name: "新建线索" });
  await sheet.getByLabel("公司").fill(company);
  await page.context().clearCookies();
  await sheet.getByRole("button", { name: "创建" }).click();

  const again = page.getByRole("dialog", { name: "登录已过期" });
  await expect(again.getByLabel("账号")).toHaveValue("sales1");
  await isWhole(page);
  await again.getByLabel("密码").fill("not the password");
  await again.getByRole("button", { name: "登录" }).click();
  await expect(again.getByRole("alert")).toHaveText("账号或密码不对，请再试一次");
  await again.getByLabel("密码").fill(PASSWORD);
  await again.getByRole("button", { name: "登录" }).click();
  await expect(again).toHaveCount(0);

  await expect(sheet.getByLabel("公司")).toHaveValue(company);
  await sheet.getByRole("button", { name: "创建" }).click();
  await expect(page.getByRole("heading", { name: company })).toBeVisible();
});
