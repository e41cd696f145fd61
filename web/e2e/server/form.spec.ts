import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type APIRequestContext, type Page } from "@playwright/test";

const FORM = "/api/v1/intake/website/form";
const PASSWORD = "closeloop-demo";

/** A site of somebody else's: one page with the script tag, at an origin of its own. */
async function foreignSite(script: string): Promise<{ origin: string; server: Server }> {
  const page = `<!doctype html><html lang="zh-CN"><meta name="viewport" content="width=device-width">
    <title>凌川精工</title><h1>产品介绍</h1><script src="${script}" data-title="联系我们"></script><p>页脚</p></html>`;
  const server = createServer((_, answer) => {
    answer.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

async function allow(request: APIRequestContext, origins: string[]): Promise<void> {
  const data = { login: "admin", password: PASSWORD };
  expect((await request.post("/api/v1/session", { data })).status()).toBe(204);
  const place = "/api/v1/definitions/channel/website";
  const body = (await (await request.get(place)).json()).body;
  const changed = { ...body, form: { ...body.form, origins } };
  expect((await request.put(place, { data: { body: changed } })).ok()).toBe(true);
  const items = [{ kind: "channel", key: "website" }];
  expect(
    (await request.post("/api/v1/definitions/publish", { data: { items, to: "everyone" } })).ok(),
  ).toBe(true);
}

async function newest(request: APIRequestContext, phone: string) {
  const filter = encodeURIComponent(`phone == '+86${phone}' or phone == '${phone}'`);
  const answer = await request.get(`/api/v1/objects/lead/records?filter=${filter}`);
  return (await answer.json()).items[0];
}

function phone(): string {
  return `137${String(Date.now()).slice(-8)}`;
}

async function isWhole(page: Page): Promise<void> {
  await page.goto(FORM);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const found = await new AxeBuilder({ page }).analyze();
  expect(found.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`)).toEqual([]);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
}

test("the form stands in a page of a second origin, does its work and makes a lead", async ({
  page,
  request,
  baseURL,
}) => {
  const { origin, server } = await foreignSite(`${baseURL}/api/v1/intake/website/embed.js`);
  try {
    await allow(request, [origin]);
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(error.message));
    await page.goto(`${origin}/p?utm_campaign=spring&utm_source=baidu`);
    const frame = page.frameLocator("iframe");
    await expect(frame.getByRole("heading", { name: "获取方案与报价" })).toBeVisible();
    const inner = page.locator("iframe");
    await expect.poll(async () => (await inner.boundingBox())?.height ?? 0).toBeGreaterThan(650);
    const high = await frame.locator("html").evaluate((one) => (one as HTMLElement).offsetHeight);
    expect(Math.abs(((await inner.boundingBox())?.height ?? 0) - high)).toBeLessThan(2);
    const number = phone();
    await frame.getByLabel("姓名").fill("王小二");
    await frame.getByLabel("手机号").fill("12");
    await frame.getByRole("button", { name: "提交" }).click();
    await expect(frame.getByLabel("手机号")).toHaveAttribute("aria-invalid", "true");
    await expect(frame.getByLabel("手机号")).toBeFocused();
    await frame.getByLabel("手机号").fill(number);
    await frame.getByLabel("试用演示").check();
    await frame.getByRole("button", { name: "提交" }).click();
    await expect(frame.getByText("已收到，顾问会尽快与您联系。")).toBeVisible();
    const lead = await newest(request, number);
    expect(lead.name).toBe("王小二");
    expect(lead.campaign).toBe("spring");
    expect(lead.page_seconds).toBeGreaterThanOrEqual(0);
    expect(lead.needs).toEqual(["trial"]);
    expect(lead.owner.label).toBeTruthy();
    expect(wrong).toEqual([]);
  } finally {
    server.close();
  }
});

test("no other origin may frame it", async ({ page, request, baseURL }) => {
  await allow(request, ["https://www.example.com"]);
  const { origin, server } = await foreignSite(`${baseURL}/api/v1/intake/website/embed.js`);
  try {
    const refused = page.waitForEvent("console", {
      predicate: (one) => one.text().includes("frame-ancestors"),
    });
    await page.goto(origin);
    await refused;
    await expect(page.frameLocator("iframe").getByRole("heading")).toHaveCount(0);
  } finally {
    server.close();
  }
});

test("it is whole in light and dark, on a phone, in both languages", async ({ browser }) => {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const locale of ["zh-CN", "en-US"]) {
      const context = await browser.newContext({
        colorScheme,
        locale,
        viewport: { width: 390, height: 844 },
      });
      const page = await context.newPage();
      await isWhole(page);
      await expect(page.locator("html")).toHaveAttribute("lang", locale);
      await context.close();
    }
  }
});
