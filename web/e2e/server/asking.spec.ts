/** A salesperson asks to discard a lead of grade A: everything calls it that, and set-up says when. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { signIn } from "./sign-in";

/** What makes a lead of grade A, that nobody else is given. */
const HOT = {
  source: "manual",
  page_seconds: 500,
  downloads: 2,
  registered_capital: "9000000",
  name: "孙总",
  industry: "机械",
  city: "苏州",
};

async function makeLead(page: Page, values: Record<string, unknown>): Promise<string> {
  const number = String(Math.floor(Math.random() * 1e8)).padStart(8, "0");
  const data = { company: `0申请${Date.now()}`, phone: `135${number}`, ...values };
  const answer = await page.request.post("/api/v1/objects/lead/records", { data });
  expect(answer.status(), await answer.text()).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

async function discard(page: Page, name: string): Promise<void> {
  const menu = page.getByRole("button", { name: "更多", exact: true });
  await menu.first().click();
  await page
    .getByRole("dialog", { name: "更多" })
    .getByRole("button", { name, exact: true })
    .click();
  const sheet = page.getByRole("dialog", { name, exact: true });
  await sheet.getByLabel(/废弃原因/).waitFor();
  await sheet.getByRole("radio", { name: "没有需求" }).check();
  await sheet.getByRole("button", { name, exact: true }).click();
  await expect(page.getByText(`${name}：已完成`)).toBeVisible();
}

for (const [screen, viewport] of [
  ["a desktop", { width: 1440, height: 900 }],
  ["a phone", { width: 390, height: 844 }],
] as const) {
  test(`a discard that is only asked for is called so on ${screen}`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await signIn(page, "sales1");
    const [hot, small] = [await makeLead(page, HOT), await makeLead(page, {})];
    await page.goto(`/o/lead/records/${hot}/full`);
    await discard(page, "申请废弃");
    await page.getByRole("tab", { name: "时间轴" }).click();
    await expect(page.getByText("申请废弃", { exact: true }).first()).toBeVisible();
    await page.goto(`/o/lead/records/${small}/full`);
    await discard(page, "废弃");
  });
}

test("set-up says when an operation is called otherwise", async ({ page }) => {
  await signIn(page, "admin");
  await page.goto("/setup/operation/discard");
  await expect(page.locator('input[value="申请废弃"]')).toBeVisible();
  await expect(page.getByRole("button", { name: /另一个叫法 2/ })).toHaveCount(0);
  await page.getByRole("button", { name: "有时换个叫法" }).click();
  await expect(page.getByRole("button", { name: /另一个叫法 2/ }).first()).toBeVisible();
  const found = await new AxeBuilder({ page }).analyze();
  expect(found.violations).toEqual([]);
});
