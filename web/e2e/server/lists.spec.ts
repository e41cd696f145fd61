/** Lists on a running server: own views, groups and totals, many records at once, a kanban with a gate. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";

const API = "/api/v1";

interface Made {
  id: string;
  version: number;
}

async function signIn(page: Page, login: string): Promise<void> {
  const answer = await page.request.post(`${API}/session`, {
    data: { login, password: "closeloop-demo" },
  });
  expect(answer.ok()).toBe(true);
}

async function make(page: Page, object: string, data: object): Promise<Made> {
  const answer = await page.request.post(`${API}/objects/${object}/records`, { data });
  expect(answer.status(), await answer.text()).toBe(201);
  return (await answer.json()) as Made;
}

/** Customer and opportunities under a mark of their own, and the address that shows only those. */
async function deals(page: Page, mark: string, amounts: number[]): Promise<string> {
  const customer = await make(page, "customer", { name: `${mark}客户` });
  for (const [i, amount] of amounts.entries()) {
    await make(page, "opportunity", {
      name: `${mark}-${i + 1}`,
      customer: customer.id,
      amount: String(amount),
      source: i % 2 ? "expo" : "website",
    });
  }
  const f = JSON.stringify([{ field: "name", op: "contains", values: [mark] }]);
  return `/o/opportunity?f=${encodeURIComponent(f)}`;
}

const tab = (page: Page, name: string) => page.getByRole("tab", { name: new RegExp(`^${name}`) });

test("a view is kept with its filter, shared, begun with, renamed and deleted", async ({
  page,
  browser,
}) => {
  await signIn(page, "director");
  const mark = `视图${Date.now()}`;
  await page.goto(await deals(page, mark, [10_000, 20_000]));
  await expect(page.locator("[data-row]")).toHaveCount(2);
  await expect(page.getByText("视图有未保存的改动")).toBeAttached();

  await page.getByRole("button", { name: "视图操作" }).click();
  await page.getByRole("button", { name: "另存为视图" }).click();
  const sheet = page.getByRole("dialog", { name: "另存为视图" });
  await sheet.getByLabel("视图名称").fill(mark);
  await sheet.getByLabel("所有人").check();
  await sheet.getByRole("button", { name: "保存" }).click();
  await expect(tab(page, mark)).toHaveAttribute("aria-selected", "true");
  await expect(tab(page, mark)).toContainText("2");
  await expect(page.locator("[data-row]")).toHaveCount(2);
  await expect(page.getByText("视图有未保存的改动")).toHaveCount(0);

  const other = await (await browser.newContext()).newPage();
  await signIn(other, "manager1");
  await other.goto(new URL("/o/opportunity", page.url()).href);
  await expect(tab(other, mark)).toBeVisible();
  await other.context().close();

  await page.getByRole("columnheader", { name: "金额" }).getByRole("button").click();
  await expect(page.getByText("视图有未保存的改动")).toBeAttached();
  await page.getByRole("button", { name: "视图操作" }).click();
  await page.getByRole("button", { name: "保存改动" }).click();
  await expect(page.getByText("视图有未保存的改动")).toHaveCount(0);

  await page.getByRole("button", { name: "视图操作" }).click();
  await page.getByRole("button", { name: "设为我的默认视图" }).click();
  await page.goto("/o/opportunity");
  await expect(tab(page, mark)).toHaveAttribute("aria-selected", "true");
  await expect(page.locator("[data-row]").first()).toContainText(`${mark}-1`);

  await page.getByRole("button", { name: "视图操作" }).click();
  await page.getByRole("button", { name: "改名与共享" }).click();
  const edit = page.getByRole("dialog", { name: "改名与共享" });
  await edit.getByLabel("视图名称").fill(`${mark}改`);
  await edit.getByLabel("只有我").check();
  await edit.getByRole("button", { name: "保存" }).click();
  await expect(tab(page, `${mark}改`)).toBeVisible();

  await page.getByRole("button", { name: "视图操作" }).click();
  await page.getByRole("button", { name: "删除视图" }).click();
  await expect(tab(page, mark)).toHaveCount(0);
  await expect(tab(page, "全部")).toHaveAttribute("aria-selected", "true");
});

test("groups and totals say what the server counts, of all that is found", async ({ page }) => {
  await signIn(page, "director");
  const mark = `合计${Date.now()}`;
  const address = await deals(page, mark, [10_000, 20_000, 30_000]);
  await page.goto(address);
  const total = page.getByRole("button", { name: /^合计方式：金额/ });
  await expect(total).toContainText("¥6万");
  await total.click();
  await page.getByRole("button", { name: "平均" }).click();
  await expect(total).toContainText("¥2万");

  await page.getByRole("button", { name: "分组" }).click();
  await page.getByRole("button", { name: "来源", exact: true }).click();
  const website = page.getByRole("button", { name: /^官网表单/ });
  await expect(website).toContainText("2");
  await expect(website).toContainText("¥2万");
  await expect(page.getByRole("button", { name: /^展会扫码/ })).toContainText("1");
  await expect(page.locator("[data-row]")).toHaveCount(3);
  await website.click();
  await expect(page.locator("[data-row]")).toHaveCount(1);
  await page.locator("[data-row]").click();
  await expect(page.getByRole("dialog")).toContainText(`${mark}-2`);
  await page.keyboard.press("Escape");
  const faults = await new AxeBuilder({ page }).analyze();
  expect(faults.violations).toEqual([]);
});

test("a field of many is chosen by keyboard, changed and taken back; deleting asks first", async ({
  page,
}) => {
  await signIn(page, "director");
  const mark = `批量${Date.now()}`;
  await page.goto(await deals(page, mark, [10_000, 20_000, 30_000]));
  await page.locator("[data-row]").first().focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  const bar = page.getByRole("toolbar", { name: "批量操作" });
  await expect(bar.getByRole("status")).toHaveText("已选 3 条");
  await bar.getByRole("button", { name: "修改字段" }).click();
  const sheet = page.getByRole("dialog", { name: "修改字段" });
  await sheet.getByLabel("修改哪个字段").selectOption({ label: "竞争对手" });
  await sheet.getByRole("textbox", { name: "竞争对手" }).fill("对手甲");
  await sheet.getByRole("button", { name: "修改字段 3 条" }).click();
  await expect(page.getByText("已处理 3 条")).toBeVisible();
  const rivals = async () => {
    const found = await page.request.get(`${API}/objects/opportunity/records`, {
      params: { filter: `contains(name, "${mark}")` },
    });
    const { items } = (await found.json()) as { items: { rival: string | null }[] };
    return items.map((one) => one.rival);
  };
  expect(await rivals()).toEqual(["对手甲", "对手甲", "对手甲"]);
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(page.getByText("已撤销")).toBeVisible();
  expect(await rivals()).toEqual([null, null, null]);

  await page.getByLabel("选择本页全部").check();
  await bar.getByRole("button", { name: "删除" }).click();
  const ask = page.getByRole("dialog", { name: "删除" });
  await expect(ask).toContainText("3 条记录移入回收站");
  await ask.getByRole("button", { name: "取消" }).click();
  await expect(page.locator("[data-row]")).toHaveCount(3);
});

test("a card goes on by drag, a gate asks on the spot, and Escape leaves it where it was", async ({
  page,
}) => {
  await page.setViewportSize({ width: 2200, height: 900 });
  await signIn(page, "director");
  const mark = `阶段${Date.now()}`;
  await page.goto(`${await deals(page, mark, [50_000])}&as=kanban`);
  const lane = (name: string) => page.getByRole("region", { name, exact: true });
  const card = page.getByRole("article").filter({ hasText: `${mark}-1` });
  await expect(lane("初步接触")).toContainText(mark);
  await expect(lane("初步接触")).toContainText("¥5万");

  const drag = async (target: string) => {
    const [from, to] = [await card.boundingBox(), await lane(target).boundingBox()];
    if (!from || !to) throw new Error("nothing to drag");
    await page.mouse.move(from.x + 40, from.y + from.height - 12);
    await page.mouse.down();
    await page.mouse.move(from.x + 60, from.y + from.height - 20, { steps: 4 });
    await page.mouse.move(to.x + to.width / 2, to.y + 200, { steps: 8 });
    await page.mouse.up();
  };
  await drag("需求确认");
  await expect(lane("需求确认")).toContainText(mark);
  await expect(page.getByText(`已把“${mark}-1”移到“需求确认”`)).toBeVisible();

  await drag("输单");
  const gate = page.getByRole("dialog", { name: /输单/ });
  await gate.getByLabel("输单原因").click();
  await page.getByTitle("价格", { exact: false }).first().click();
  await gate.getByRole("button", { name: /输单/ }).click();
  await expect(lane("输单")).toContainText(mark);
  await expect(gate).toHaveCount(0);

  await card.getByRole("button", { name: `拖动“${mark}-1”` }).focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Escape");
  await expect(lane("输单")).toContainText(mark);
});

test("a kanban on a phone: a column at a time, a menu moves the card, nothing sticks out", async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, "director");
  const mark = `手机${Date.now()}`;
  await page.goto(`${await deals(page, mark, [50_000])}&as=kanban`);
  await expect(page.getByRole("article")).toContainText(`${mark}-1`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(390);
  const faults = await new AxeBuilder({ page }).analyze();
  expect(faults.violations).toEqual([]);
  await page.getByRole("button", { name: `把“${mark}-1”移到` }).click();
  await expect(page.getByRole("button", { name: "输单" })).toBeVisible();
});

test.describe("on a tablet", () => {
  test.use({ viewport: { width: 1024, height: 768 }, hasTouch: true });

  test("a card goes on by a finger", async ({ page }) => {
    await signIn(page, "director");
    const mark = `触摸${Date.now()}`;
    await page.goto(`${await deals(page, mark, [50_000])}&as=kanban`);
    const lane = page.getByRole("region", { name: "需求确认", exact: true });
    const handle = page.getByRole("button", { name: `拖动“${mark}-1”` });
    const [from, to] = [await handle.boundingBox(), await lane.boundingBox()];
    if (!from || !to) throw new Error("nothing to drag");
    const start = { x: from.x + from.width / 2, y: from.y + from.height / 2 };
    const end = { x: to.x + to.width / 2, y: to.y + 200 };
    const browser = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", at?: typeof start) =>
      browser.send("Input.dispatchTouchEvent", { type, touchPoints: at ? [at] : [] });
    await touch("touchStart", start);
    await expect(async () => {
      // Held for a while, a finger drags; before that it scrolls.
      await touch("touchMove", { ...start, x: start.x + 1 });
      await expect(page.getByText(`${mark}-1`)).toHaveCount(2, { timeout: 100 });
    }).toPass();
    for (let i = 1; i <= 8; i++) {
      const part = (a: number, b: number) => a + ((b - a) * i) / 8;
      await touch("touchMove", { x: part(start.x, end.x), y: part(start.y, end.y) });
    }
    await touch("touchEnd");
    await expect(lane).toContainText(`${mark}-1`);
    await expect(page.getByText(`已把“${mark}-1”移到“需求确认”`)).toBeVisible();
  });
});
