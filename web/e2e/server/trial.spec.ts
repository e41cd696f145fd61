/** A director tries a change with a department, gives it to everyone, goes back a release; removes a definition and fetches it back. */
import { expect, test, type Page } from "@playwright/test";
import { API, ask, isWhole, PASSWORD, signIn } from "./setup";

const CARD = "/definitions/scorecard/lead_score";
const DEPARTMENT = "华东一组"; // sales1's, and not the director's

interface Known {
  version: number;
  draft: object | null;
  body: Record<string, unknown>;
}

/** What a new lead of a trade fair scores when this person makes it. */
async function scoreFor(page: Page, login: string): Promise<number> {
  const other = await page
    .context()
    .browser()!
    .newContext({ baseURL: process.env.CLOSELOOP_E2E_URL });
  const data = { login, password: PASSWORD };
  expect((await other.request.post(`${API}/session`, { data })).status()).toBe(204);
  const answer = await other.request.post(`${API}/objects/lead/records`, {
    data: { company: `试用${login}-${Date.now()}`, source: "expo" },
  });
  expect(answer.status()).toBe(201);
  const { id, score } = (await answer.json()) as { id: string; score: number };
  await other.close();
  // So that dry runs over the last leads don't find these.
  await ask(page, "DELETE", `/objects/lead/records/${id}`);
  return Number(score);
}

/** Nobody else's draft stands in the way, and none is left behind. */
async function dropDraft(page: Page, definition = CARD): Promise<void> {
  const answer = await page.request.delete(`${API}${definition}/draft`);
  expect([204, 404]).toContain(answer.status());
}

/** Try so many points more for leads of trade fairs. */
async function tryIt(page: Page, more: number, note: string): Promise<void> {
  await page.goto("/setup/scorecard/lead_score");
  await page.getByRole("tab", { name: "文本" }).click();
  const text = page.getByRole("textbox", { name: "文本" });
  await text.fill(
    (await text.inputValue()).replace(
      /expo: (\d+)/,
      (_, points) => `expo: ${Number(points) + more}`,
    ),
  );
  await expect(page.locator("aside [data-state]")).toContainText("已存为草稿");
  await page.getByRole("button", { name: "发布", exact: true }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("先给一部分人试用").check();
  await expect(sheet.getByRole("button", { name: "开始试用" })).toBeDisabled();
  await sheet.getByLabel("试用的部门和人员").fill(DEPARTMENT);
  await sheet.getByRole("button", { name: DEPARTMENT, exact: true }).click();
  await sheet.getByLabel("改动说明").fill(note);
  await sheet.getByRole("button", { name: "开始试用" }).click();
  await expect(page.getByText("已开始试用")).toBeVisible();
}

test("a change is tried by a department, given to everyone, and a whole release taken back", async ({
  page,
}) => {
  const run = Date.now();
  await signIn(page, "director");
  await dropDraft(page);
  const { items } = await ask<{ items: { release: number; present: boolean }[] }>(
    page,
    "GET",
    "/releases",
  );
  const start = items.find((one) => one.present)!.release;
  const before = await scoreFor(page, "sales1");

  await tryIt(page, 40, `试用 ${run}`);
  const trial = page.locator("aside section").filter({ hasText: "正在试用" });
  await expect(trial).toContainText(new RegExp(`${DEPARTMENT} 在试用第 \\d+ 版`));
  expect(await scoreFor(page, "sales1")).toBeGreaterThan(before);
  expect(await scoreFor(page, "sales6")).toBeLessThan(await scoreFor(page, "sales1"));
  await isWhole(page);

  await trial.getByRole("button", { name: "推给所有人" }).click();
  const asks = page.getByRole("dialog", { name: "推给所有人" });
  await expect(asks).toContainText("所有人都用");
  await asks.getByRole("button", { name: "推给所有人" }).click();
  await expect(page.getByText("已发布", { exact: true })).toBeVisible();
  await expect(trial).toHaveCount(0);
  expect(await scoreFor(page, "sales6")).toBe(await scoreFor(page, "sales1"));

  await page.goto("/setup/releases");
  const row = page.getByRole("listitem").filter({ hasText: "试用转正：线索评分卡" }).first();
  await expect(row.getByText("正在用")).toBeVisible();
  await page.getByRole("button", { name: `查看发布 #${start}`, exact: true }).click();
  const sheet = page.getByRole("dialog");
  await expect(sheet.getByRole("heading", { name: "回退会把这些改回去" })).toBeVisible();
  await isWhole(page);
  await sheet.getByRole("button", { name: "回退到这次发布" }).click();
  await expect(page.getByText("已回退", { exact: true })).toBeVisible();
  await expect(
    page
      .getByRole("listitem")
      .filter({ hasText: `回退到发布 #${start}` })
      .first(),
  ).toContainText("正在用");
  expect(await scoreFor(page, "sales1")).toBe(before);
  expect(await scoreFor(page, "sales6")).toBe(before);
});

test("a trial that is ended leaves everything as it was", async ({ page }) => {
  await signIn(page, "director");
  await dropDraft(page);
  const before = await scoreFor(page, "sales1");
  await tryIt(page, 2, `不试了 ${Date.now()}`);
  expect(await scoreFor(page, "sales1")).not.toBe(before);
  await page.getByRole("button", { name: "结束试用" }).click();
  const asks = page.getByRole("dialog", { name: "结束试用" });
  await expect(asks).toContainText(`${DEPARTMENT}马上回到大家正在用的内容`);
  await asks.getByRole("button", { name: "取消" }).click();
  await page.getByRole("button", { name: "结束试用" }).click();
  await asks.getByRole("button", { name: "结束试用" }).click();
  await expect(page.getByText("试用已结束", { exact: true })).toBeVisible();
  await expect(page.getByRole("heading", { name: "正在试用" })).toHaveCount(0);
  expect(await scoreFor(page, "sales1")).toBe(before);
});

test("a definition is removed and fetched back", async ({ page }) => {
  const run = Date.now();
  const [key, label] = [`removed_${run}`, `要删的指标${run}`];
  await signIn(page, "director");
  const { body } = await ask<Known>(page, "GET", "/definitions/metric/reach_24h");
  await ask(page, "PUT", `/definitions/metric/${key}`, {
    body: { ...body, metric: key, label: { "zh-CN": label, "en-US": `To be removed ${run}` } },
  });
  await ask(page, "POST", "/definitions/publish", { items: [{ kind: "metric", key }] });

  await page.goto("/setup/metric");
  await page.getByRole("link", { name: label }).click();
  await page.getByRole("button", { name: "删除", exact: true }).click();
  await expect(page.locator("aside [data-state]")).toContainText("发布后删除");
  await page.getByRole("button", { name: "发布", exact: true }).click();
  const sheet = page.getByRole("dialog", { name: `删除“${label}”` });
  await sheet.getByRole("button", { name: "删除", exact: true }).click();
  await expect(page.getByText("已删除", { exact: true })).toBeVisible();
  await expect(page).toHaveURL(/\/setup\/metric$/);
  await expect(page.getByRole("link", { name: label })).toHaveCount(0);

  await page.goto(`/setup/metric/${key}`);
  await expect(page.getByText("这份定义已经删除")).toBeVisible();
  await isWhole(page);
  await page.getByRole("button", { name: "恢复第 1 版" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "恢复第 1 版" }).click();
  await expect(page.getByText("已恢复第 1 版")).toBeVisible();
  await page.goto("/setup/metric");
  await expect(page.getByRole("link", { name: label })).toBeVisible();

  await ask(page, "DELETE", `/definitions/metric/${key}`);
  await ask(page, "POST", "/definitions/publish", { items: [{ kind: "metric", key }] });
});

test("what a removal breaks elsewhere is told by name, and one comes there", async ({ page }) => {
  await signIn(page, "director");
  const dropDraft = () => page.request.delete("/api/v1/definitions/options/release_reasons/draft");
  await dropDraft();
  await page.goto("/setup/options/release_reasons");
  await page.getByRole("button", { name: "删除", exact: true }).click();
  await expect(page.locator("aside [data-state]")).toContainText("发布后删除");
  await page.getByRole("button", { name: "发布", exact: true }).click();
  const told = page.getByRole("dialog").getByRole("alert");
  await expect(
    told.getByRole("link", { name: /^操作 › 退回公海 › .*退回原因 › 选项列表$/ }),
  ).toBeVisible();
  await expect(told.getByText(/operation\//)).toHaveCount(0);
  await expect(
    page.getByRole("dialog").getByRole("button", { name: "删除", exact: true }),
  ).toBeDisabled();
  await told.getByRole("link", { name: /^对象与字段 › 线索 › .*列表$/ }).click();
  await expect(page.getByRole("heading", { name: "线索", level: 1 })).toBeVisible();
  await dropDraft();
});
