/** Amounts in the currency of their record, in lists, cards, forms and figures, where they are never mixed. */
import { expect, test, type Page } from "@playwright/test";
import { ask, isWhole, signIn } from "./setup";

interface Made {
  id: string;
}

const DEALS = [
  { amount: "20000", currency: "USD" },
  { amount: "60000", currency: "CNY" },
  { amount: "10000", currency: "USD" },
  { amount: "300000", currency: "JPY" },
];

/** Deals in several currencies under a mark of their own, and the address that shows only those. */
async function deals(page: Page, mark: string): Promise<string> {
  const customer = await ask<Made>(page, "POST", "/objects/customer/records", { name: mark });
  for (const [i, deal] of DEALS.entries()) {
    const data = { name: `${mark}-${i + 1}`, customer: customer.id, source: "expo", ...deal };
    await ask(page, "POST", "/objects/opportunity/records", data);
  }
  const f = JSON.stringify([{ field: "name", op: "contains", values: [mark] }]);
  return `/o/opportunity?f=${encodeURIComponent(f)}`;
}

test("an amount has its own sign, and figures are told by currency", async ({ page }) => {
  await signIn(page, "director");
  const mark = `外币${Date.now()}`;
  const address = await deals(page, mark);
  await page.goto(address);
  const row = (at: number) => page.locator("[data-row]").filter({ hasText: `${mark}-${at}` });
  await expect(row(1)).toContainText("US$2万");
  await expect(row(2)).toContainText("¥6万");
  await expect(row(4)).toContainText("JP¥30万");
  const total = page.getByRole("button", { name: /^合计方式：金额/ });
  await expect(total).toContainText("US$3万");
  await expect(total).toContainText("¥6万");
  await expect(total).toContainText("JP¥30万");

  await page.getByRole("button", { name: "分组" }).click();
  await page.getByRole("button", { name: "来源", exact: true }).click();
  await expect(page.getByRole("button", { name: /^展会扫码/ })).toContainText("US$3万");
  await isWhole(page);

  await page.goto(`${address}&as=kanban`);
  const lane = page.getByRole("region", { name: "初步接触" });
  await expect(lane.getByRole("heading", { name: "初步接触" }).locator("..")).toContainText(
    "US$3万",
  );
  await expect(lane).toContainText("JP¥30万");
  await isWhole(page);

  await lane.getByRole("button", { name: `${mark}-1`, exact: true }).click();
  const drawer = page.getByRole("dialog");
  await expect(drawer).toContainText("US$20,000.00");
  await expect(drawer.getByRole("definition").filter({ hasText: "US$2万" })).toBeVisible();
});

test("a form shows the sign of the currency that is chosen in it", async ({ page }) => {
  await signIn(page, "sales1");
  await page.goto("/o/opportunity/new");
  const form = page.getByRole("dialog");
  await form.getByLabel("金额").fill("5000");
  await expect(form.getByText("¥5,000.00")).toBeVisible();
});

test("the phone's cards show signs, not names of currencies", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, "director");
  const mark = `掌上${Date.now()}`;
  await page.goto(await deals(page, mark));
  const card = page.getByRole("listitem").filter({ hasText: `${mark}-1` });
  await expect(card).toContainText("US$2万");
  await expect(card).not.toContainText("美元");
});
