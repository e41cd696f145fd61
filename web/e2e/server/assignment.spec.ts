/** The director changes a policy and a lead follows it; the manager finds out why somebody is given none. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type APIRequestContext, type Page } from "@playwright/test";

const PASSWORD = "closeloop-demo";
const INTAKE = "/api/v1/intake/website";
const KEY = { "Closeloop-Intake-Key": "demo-website" };
const POLICY = "/api/v1/definitions/assignment/online";

async function signIn(page: Page, login: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("账号").fill(login);
  await page.getByLabel("密码").fill(PASSWORD);
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page.getByRole("link", { name: "设置" })).toBeVisible();
}

async function post(request: APIRequestContext, company: string): Promise<void> {
  const phone = `136${String(Date.now() + Math.floor(Math.random() * 1e6)).slice(-8)}`;
  const data = { company, name: "张洋", phone, source: "website" };
  expect((await request.post(INTAKE, { headers: KEY, data })).status()).toBe(201);
}

interface Lead {
  id: string;
  owner: { label: string } | null;
}

async function leadOf(page: Page, company: string): Promise<Lead | undefined> {
  const params = { filter: `company == ${JSON.stringify(company)}` };
  const answer = await page.request.get("/api/v1/objects/lead/records", { params });
  const { items } = (await answer.json()) as { items: Lead[] };
  expect(items).toHaveLength(1);
  return items[0];
}

async function ownerOf(page: Page, company: string): Promise<string | undefined> {
  return (await leadOf(page, company))?.owner?.label;
}

interface Found {
  draft: unknown;
  versions: { version: number }[];
  version: number;
}

async function policy(page: Page): Promise<Found> {
  return (await (await page.request.get(POLICY)).json()) as Found;
}

async function noFindings(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
}

test("a changed policy decides over the next lead, and the watch says why somebody on leave is given none", async ({
  page,
  browser,
  request,
  baseURL,
}) => {
  test.slow();
  const run = Date.now();
  await signIn(page, "director");
  const before = (await policy(page)).version;
  const team = await browser.newContext({ baseURL, locale: "zh-CN" });
  const manager = await team.newPage();
  let person = "";
  const leave = (days: object[]) =>
    manager.request.put(`/api/v1/people/${person}/duty`, {
      headers: { Origin: baseURL ?? "" },
      data: { leave: days },
    });
  try {
    await page.getByRole("link", { name: "设置" }).click();
    await page.getByRole("navigation", { name: "设置" }).getByText("分配策略").click();
    await page.getByRole("link", { name: /线上线索轮流分配/ }).click();
    await expect(page.getByLabel("分配顺序")).toHaveValue("round_robin");
    await noFindings(page);
    // Only one person is left with a weight, and only while on duty.
    await page.getByLabel("什么时候可以分").selectOption("on_duty");
    await page.getByLabel("分配顺序").selectOption("weighted");
    await page.getByLabel("加一个部门").selectOption({ label: "销售中心" });
    await page.getByLabel("销售中心的份数").fill("0");
    await page.getByLabel("加一个人").selectOption({ label: "林晓" });
    await page.getByLabel("林晓的份数").fill("2");
    await page.getByRole("button", { name: "发布", exact: true }).click();
    await page
      .getByRole("dialog", { name: /^发布/ })
      .getByRole("button", { name: "发布给所有人" })
      .click();
    await expect.poll(async () => (await policy(page)).version).toBeGreaterThan(before);

    for (const n of [1, 2]) {
      await post(request, `策略甲-${run}-${n}`);
      await expect.poll(() => ownerOf(page, `策略甲-${run}-${n}`)).toBe("林晓");
    }

    await signIn(manager, "manager1");
    const people = await manager.request.get("/api/v1/people", { params: { q: "sales1" } });
    person = ((await people.json()) as { items: { id: string }[] }).items[0]?.id ?? "";
    const day = (ahead: number) =>
      new Date(run + ahead * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10);
    expect((await leave([{ from: day(-1), until: day(2), note: "年假" }])).status()).toBe(200);
    await post(request, `策略乙-${run}`);
    expect(await ownerOf(page, `策略乙-${run}`)).toBeUndefined();

    await manager.getByRole("link", { name: "设置" }).click();
    await manager.getByRole("link", { name: "分配监控" }).first().click();
    await manager.getByRole("button", { name: "林晓" }).click();
    const walk = manager.getByRole("dialog", { name: "林晓：为什么没分到" });
    await expect(walk.getByText("最可能的原因：人员")).toBeVisible();
    await expect(walk.getByRole("listitem")).toHaveCount(6);
    await noFindings(manager);
    await manager.keyboard.press("Escape");
    await manager.setViewportSize({ width: 390, height: 844 });
    await noFindings(manager);
    const wide = await manager.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(390);

    // The director sees what waits, and deals it again: still nobody can take it, which is told.
    await page.goto("/setup/watch");
    await expect(page.getByRole("link", { name: `策略乙-${run}` })).toBeVisible();
    await page.getByRole("button", { name: "再分一次" }).click();
    const sheet = page.getByRole("dialog", { name: "重新分配" });
    await sheet.getByRole("button", { name: /^分这 \d+ 条$/ }).click();
    await expect(sheet.getByRole("status")).toContainText("没人能接的继续等待");
    await sheet.getByRole("button", { name: "关闭" }).last().click();
  } finally {
    if (person) await leave([]);
    await page.request.delete(`${POLICY}/draft`, { headers: { Origin: baseURL ?? "" } });
    const back = { kind: "assignment", key: "online", version: before };
    const answer = await page.request.post("/api/v1/definitions/rollback", {
      headers: { Origin: baseURL ?? "" },
      data: back,
    });
    expect(answer.ok()).toBe(true);
    await team.close();
  }
  // Under the policy as it was, somebody takes what waited.
  const waited = await leadOf(page, `策略乙-${run}`);
  await page.request.post("/api/v1/objects/lead/bulk", {
    headers: { Origin: baseURL ?? "" },
    data: { ids: [waited?.id], assign: {} },
  });
  expect(await ownerOf(page, `策略乙-${run}`)).toBeDefined();
});

test("automatic assignment is switched off with a note, and on again", async ({ page }) => {
  await signIn(page, "director");
  await page.goto("/setup/watch");
  await page.getByRole("button", { name: "改为手工分配" }).click();
  const sheet = page.getByRole("dialog", { name: "改为手工分配" });
  await sheet.getByLabel("说明").fill("规则在核对");
  await sheet.getByRole("button", { name: "改为手工分配" }).click();
  await expect(page.getByText("规则在核对")).toBeVisible();
  await page.getByRole("button", { name: "恢复自动分配" }).click();
  await page
    .getByRole("dialog", { name: "恢复自动分配" })
    .getByRole("button", { name: "恢复自动分配" })
    .click();
  await expect(page.getByText("自动分配中")).toBeVisible();
});
