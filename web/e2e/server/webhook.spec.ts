/** An administrator has another system told of records, in a form of sentences, on a desktop and on a phone. */
import { expect, test } from "@playwright/test";
import { ask, isWhole, signIn } from "./setup";

const KEY = `erp_${Date.now()}`;

test("a webhook is written in its form, and published", async ({ page }) => {
  await signIn(page, "admin");
  await page.goto("/setup/webhook");
  await page.getByRole("button", { name: "新建" }).first().click();
  const dialog = page.getByRole("dialog", { name: "新建" });
  await dialog.getByLabel("名称").fill("进销存系统");
  await dialog.getByLabel("标识").fill(KEY);
  await dialog.getByRole("button", { name: "下一步" }).click();
  try {
    await page.getByRole("combobox", { name: "对象" }).selectOption({ label: "线索" });
    await page.getByRole("button", { name: /^发生的事情/ }).click();
    await page.getByRole("checkbox", { name: "新建", exact: true }).check();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "只通知部分记录" }).click();
    await page.getByRole("textbox", { name: "哪些记录" }).fill("source == 'expo'");
    const where = page.getByRole("region", { name: "通知到哪里" });
    await where.getByLabel("网址").fill("ftp://erp.example.com");
    await expect(where.getByRole("alert")).toBeVisible();
    await where.getByLabel("网址").fill("https://erp.example.invalid/leads");
    await expect(where.getByRole("alert")).toBeHidden();
    await page.getByRole("button", { name: /^字段/ }).click();
    await page.getByRole("checkbox", { name: "公司", exact: true }).check();
    await page.keyboard.press("Escape");
    await isWhole(page);
    await page.setViewportSize({ width: 390, height: 844 });
    const box = await where.getByLabel("网址").boundingBox();
    expect((box?.x ?? 390) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole("button", { name: "发布", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "发布给所有人" }).click();
    await expect(page.getByRole("dialog")).toBeHidden({ timeout: 20_000 });
    const { body } = await ask<{ body: unknown }>(page, "GET", `/definitions/webhook/${KEY}`);
    expect(body).toMatchObject({
      on: "lead",
      events: "created",
      filter: "source == 'expo'",
      url: "https://erp.example.invalid/leads",
      fields: ["company"],
    });
  } finally {
    await page.request.delete(`/api/v1/definitions/webhook/${KEY}`);
    const items = [{ kind: "webhook", key: KEY }];
    await page.request.post("/api/v1/definitions/publish", { data: { items, to: "everyone" } });
  }
});
