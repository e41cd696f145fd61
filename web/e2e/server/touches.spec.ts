/** Following up customers and opportunities: a touch in a few taps, seen at both, and what is agreed is a to-do. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { signIn } from "./sign-in";

interface Made {
  id: string;
  version: number;
}

async function make(page: Page, object: string, data: Record<string, unknown>): Promise<Made> {
  const answer = await page.request.post(`/api/v1/objects/${object}/records`, { data });
  expect(answer.status()).toBe(201);
  return (await answer.json()) as Made;
}

/** A customer and an opportunity with them, of a name that nothing else has. */
async function makeDeal(page: Page) {
  const name = `0跟进${Date.now()}`;
  const customer = await make(page, "customer", { name });
  const title = `${name}一期`;
  const deal = await make(page, "opportunity", { name: title, customer: customer.id });
  return { name, title, customer, deal };
}

async function logTouch(page: Page, summary: string) {
  await page.getByRole("button", { name: "记录跟进" }).first().click();
  const sheet = page.getByRole("dialog", { name: "记录跟进" });
  await expect(sheet.getByRole("radiogroup").first()).toBeVisible({ timeout: 30_000 });
  await sheet.getByRole("radio", { name: "拜访" }).check();
  await sheet.getByRole("radio", { name: "有意向" }).check();
  await sheet.getByLabel("摘要").fill(summary);
  await sheet.getByRole("button", { name: "记录跟进" }).click();
  await expect(sheet).toBeHidden();
}

test("a touch of an opportunity stands at the opportunity and at its customer", async ({
  page,
}) => {
  await signIn(page, "sales1");
  const { customer, deal } = await makeDeal(page);
  await page.goto(`/o/opportunity/records/${deal.id}/full`);
  await logTouch(page, "现场看了减速机");
  await page.getByRole("tab", { name: /跟进记录/ }).click();
  await expect(page.getByText("现场看了减速机")).toBeVisible();
  const found = await new AxeBuilder({ page }).analyze();
  expect(found.violations).toEqual([]);
  await page.goto(`/o/customer/records/${customer.id}/full`);
  await page.getByRole("tab", { name: /跟进记录/ }).click();
  await expect(page.getByText("现场看了减速机")).toBeVisible();
});

test("whoever takes a customer over sees what was done for them", async ({ page }) => {
  await signIn(page, "sales1");
  const { customer } = await makeDeal(page);
  const place = `/api/v1/objects/customer/records/${customer.id}`;
  const values = { kind: "visit", outcome: "interested", summary: "前任谈到了价格" };
  const done = await page.request.post(`${place}/do/touch_customer`, { data: { values } });
  const { version } = (await done.json()) as Made;
  await signIn(page, "manager1");
  const people = await page.request.get("/api/v1/people", { params: { q: "陈思齐" } });
  const [next] = ((await people.json()) as { items: { id: string }[] }).items;
  const data = { version, person: next?.id };
  expect((await page.request.post(`${place}/assign`, { data })).status()).toBe(200);
  await signIn(page, "sales2");
  await page.goto(`/o/customer/records/${customer.id}/full`);
  const tab = page.getByRole("tab", { name: /跟进记录/ });
  await expect(tab).toContainText("1");
  await tab.click();
  await expect(page.getByText("前任谈到了价格")).toBeVisible();
});

test("what is agreed with a customer is a to-do that leads back to them", async ({ page }) => {
  await signIn(page, "sales2");
  const { name, customer } = await makeDeal(page);
  const next = new Date(Date.now() + 3_600_000).toISOString();
  const values = { kind: "call", outcome: "call_back", next_contact_at: next };
  const done = await page.request.post(
    `/api/v1/objects/customer/records/${customer.id}/do/touch_customer`,
    { data: { values } },
  );
  expect(done.status()).toBe(200);
  const listed = await page.request.get("/api/v1/objects/todo/records", {
    params: { filter: `customer == "${customer.id}"` },
  });
  expect(((await listed.json()) as { items: Made[] }).items).toHaveLength(1);
  await page.goto("/desk");
  await page.getByRole("link", { name, exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/o/customer/records/${customer.id}`));
});

test("the steps of one name say what they are for", async ({ page }) => {
  await signIn(page, "sales1");
  await page.goto("/desk");
  await page.getByRole("button", { name: "快速录入" }).click();
  await expect(page.getByRole("button", { name: "记录跟进 商机" })).toBeVisible();
  await page.getByRole("button", { name: "记录跟进 客户" }).click();
  await expect(page.getByRole("combobox", { name: "选择客户：记录跟进" })).toBeVisible();
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("a touch is logged with the thumb", async ({ page }) => {
    await signIn(page, "sales1");
    const { customer } = await makeDeal(page);
    await page.goto(`/o/customer/records/${customer.id}`);
    await logTouch(page, "加了微信");
    await page.getByRole("tab", { name: /跟进记录/ }).click();
    await expect(page.getByText("加了微信")).toBeVisible();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(390);
  });
});
