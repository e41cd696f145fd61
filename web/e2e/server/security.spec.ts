import { createHmac } from "node:crypto";
import { expect, test, type Page } from "@playwright/test";

const PASSWORD = "closeloop-demo";

/** The one-time code of a secret in base 32 (RFC 6238: half a minute, six digits, SHA-1). */
function codeOf(secret: string): string {
  const bits = [...secret]
    .map((letter) =>
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
    )
    .join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac("sha1", key).update(step).digest();
  const number = digest.readUInt32BE((digest.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

async function signIn(page: Page): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("账号").fill("support2");
  await page.getByLabel("密码").fill(PASSWORD);
  await page.getByRole("button", { name: "登录" }).click();
}

test("codes are set up, let in with a recovery code, and are turned off again", async ({
  page,
  browser,
  baseURL,
}) => {
  await signIn(page);
  await page.getByTitle("我的").click();
  await page.getByRole("link", { name: "账号安全" }).click();
  await page.getByRole("button", { name: "开启" }).click();
  const secret = (await page.locator("code").first().textContent()) ?? "";
  await page.getByRole("textbox", { name: "动态码" }).fill("000000");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByRole("textbox", { name: "动态码" }).fill(codeOf(secret.replaceAll(" ", "")));
  await page.keyboard.press("Enter");
  await expect(page.getByText("动态码已开启。")).toBeVisible();
  const recovery = (await page.locator("li code").first().textContent()) ?? "";
  await page.getByRole("button", { name: "我已保存" }).click();
  await expect(page.getByText("已开启", { exact: true })).toBeVisible();

  const elsewhere = await (await browser.newContext({ baseURL, locale: "zh-CN" })).newPage();
  await signIn(elsewhere);
  await elsewhere.getByRole("textbox", { name: "动态码" }).fill(recovery);
  await elsewhere.keyboard.press("Enter");
  await expect(elsewhere.getByTitle("我的")).toBeVisible();

  await page.reload();
  const sessions = page.getByRole("region", { name: "已登录的设备" }).getByRole("listitem");
  await expect(sessions).toHaveCount(2);
  await page.getByRole("button", { name: "退出其他所有设备" }).click();
  await expect(sessions).toHaveCount(1);
  await elsewhere.reload();
  await expect(elsewhere.getByLabel("账号")).toBeVisible();
  await elsewhere.context().close();

  await page.getByRole("button", { name: "关闭", exact: true }).click();
  const sheet = page.getByRole("dialog", { name: "关闭" });
  await sheet.getByLabel("当前密码").fill(PASSWORD);
  await sheet.getByRole("button", { name: "继续" }).click();
  await expect(page.getByText("未开启")).toBeVisible();
});

test("a new password needs the present one", async ({ page }) => {
  await signIn(page);
  await page.getByTitle("我的").waitFor();
  await page.goto("/account/security");
  await page.getByLabel("当前密码").fill("not it");
  for (const label of ["新密码", "再输一次新密码"]) {
    await page.getByLabel(label, { exact: true }).fill("another good one");
  }
  await page.getByRole("button", { name: "修改密码" }).click();
  await expect(page.getByRole("alert")).toHaveText("密码不对");
  await page.getByLabel("当前密码").fill(PASSWORD);
  for (const label of ["新密码", "再输一次新密码"]) {
    await page.getByLabel(label, { exact: true }).fill("short");
  }
  await page.getByRole("button", { name: "修改密码" }).click();
  await expect(page.getByRole("alert")).toContainText("10");
});
