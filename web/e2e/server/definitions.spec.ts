/** A director changes the scorecard: told what it will do, published, seen on a new lead, and taken back. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";

async function signIn(page: Page, login: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("账号").fill(login);
  await page.getByLabel("密码").fill("closeloop-demo");
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page).not.toHaveURL(/sign-in/);
}

/** Nobody else's draft stands in the way, and none is left behind. */
async function dropDraft(page: Page): Promise<void> {
  const answer = await page.request.delete("/api/v1/definitions/scorecard/lead_score/draft");
  expect([204, 404]).toContain(answer.status());
}

async function scoreOfNewLead(page: Page, company: string): Promise<number> {
  const answer = await page.request.post("/api/v1/objects/lead/records", {
    data: { company, source: "expo" },
  });
  expect(answer.status()).toBe(201);
  return Number(((await answer.json()) as { score: number }).score);
}

const state = (page: Page) => page.locator("aside [data-state]");

test("points are changed, tried on the past, published, seen, and taken back", async ({ page }) => {
  await signIn(page, "director");
  await dropDraft(page);
  const run = Date.now();
  const before = await scoreOfNewLead(page, `评分前-${run}`);
  const known = await page.request.get("/api/v1/definitions/scorecard/lead_score");
  const { version } = (await known.json()) as { version: number };
  await page.getByRole("link", { name: "设置", exact: true }).click();
  await page
    .getByRole("main")
    .getByRole("link", { name: /^评分卡/ })
    .last()
    .click();
  await page.getByRole("link", { name: /lead_score/ }).click();

  await page.getByRole("tab", { name: "文本" }).click();
  const text = page.getByRole("textbox", { name: "文本" });
  const was = await text.inputValue();
  await text.fill(was.replace("expo: 15", "expo: 85"));
  await expect(state(page)).toContainText("已存为草稿");
  await expect(page.getByRole("heading", { name: "改了 1 处" })).toBeVisible();
  await expect(page.getByRole("button", { name: /来源 › .*展会扫码$/ })).toBeVisible();
  await expect(page.getByText(/条会变|条结果会变/)).toBeVisible();
  await page.getByText(/^看看是哪些/).click();
  await expect(page.getByRole("link", { name: `评分前-${run}` })).toBeVisible();

  await page.getByRole("button", { name: "发布", exact: true }).click();
  await page.getByLabel("改动说明").fill(`展会更重要 ${run}`);
  await page.getByRole("button", { name: "发布给所有人" }).click();
  await expect(page.getByText("已发布", { exact: true })).toBeVisible();
  await expect(state(page)).toContainText("没有改动");
  expect(await scoreOfNewLead(page, `评分后-${run}`)).toBe(before + 70);

  await page.goto("/setup/releases");
  const release = page.getByRole("listitem").filter({ hasText: `展会更重要 ${run}` });
  await expect(release.getByText("正在用")).toBeVisible();
  await page.goto("/setup/scorecard/lead_score");
  await page.getByRole("tab", { name: "历史版本" }).click();
  await page.getByRole("button", { name: `和第 ${version} 版比较` }).click();
  await expect(page.getByRole("dialog").getByText(/展会扫码$/)).toBeVisible();
  await page.getByRole("button", { name: /^回退到第/ }).click();
  await expect(page.getByText(/^已回退到第/)).toBeVisible();
  expect(await scoreOfNewLead(page, `评分回退-${run}`)).toBe(before);
});

test("what is wrong is told at its place, and nothing typed is lost", async ({ page }) => {
  await signIn(page, "director");
  await dropDraft(page);
  await page.goto("/setup/scorecard/lead_score");
  await page.getByRole("tab", { name: "文本" }).click();
  const text = page.getByRole("textbox", { name: "文本" });
  const was = await text.inputValue();
  await text.fill(was.replace("downloads > 0", "downlods > 0"));
  await expect(state(page)).toContainText("有地方要改");
  const line = was.split("\n").findIndex((one) => one.includes("downloads > 0")) + 1;
  await expect(page.getByRole("button", { name: `第 ${line} 行` })).toBeVisible();
  await expect(page.getByRole("button", { name: "发布", exact: true })).toBeDisabled();

  await text.fill(`${was}\nx: [1`);
  await expect(state(page)).toContainText("有地方要改");
  await page.getByRole("tab", { name: "表单" }).click();
  await expect(page.getByText("这里显示的是上一次正确的内容")).toBeVisible();
  await page.getByRole("tab", { name: "文本" }).click();
  await expect(text).toHaveValue(`${was}\nx: [1`);
  await page.getByRole("navigation", { name: "设置" }).getByRole("link", { name: "时限" }).click();
  await page.getByRole("button", { name: "继续编辑" }).click();
  await expect(text).toHaveValue(`${was}\nx: [1`);
  await text.fill(was);
  await expect(state(page)).toContainText("已存为草稿");
  await page.getByRole("button", { name: "丢弃草稿" }).click();
  await expect(state(page)).toContainText("没有改动");
});

test("an expression is completed, its mistake underlined and mended", async ({ page }) => {
  await signIn(page, "director");
  await dropDraft(page);
  await page.goto("/setup/scorecard/lead_score");
  const field = page.locator(".cm-content").first();
  await field.fill("page_secnds > 200");
  await expect(page.locator(".cm-lintRange-error").first()).toHaveText("page_secnds");
  await page.getByRole("button", { name: "改成 page_seconds" }).first().click();
  await expect(field).toHaveText("page_seconds > 200");
  await expect(page.locator(".cm-lintRange-error")).toHaveCount(0);
  await expect(page.getByText(/意思是：.*大于 200/)).toBeVisible();
  await field.press("End");
  await field.pressSequentially(" and downl");
  await expect(page.getByRole("option", { name: /^downloads/ })).toBeVisible();
  // So that nobody accepts what they haven't seen, a list takes no key for its first 75 ms; nothing tells when it does.
  await page.waitForTimeout(150);
  await field.press("Enter");
  await expect(field).toHaveText("page_seconds > 200 and downloads");
  await field.press("Tab");
  await expect(field).not.toBeFocused();
  await dropDraft(page);
});

test("who may define nothing isn't shown the way", async ({ page }) => {
  await signIn(page, "sales1");
  await expect(page.getByRole("navigation", { name: "主导航" })).toBeVisible();
  await expect(page.getByRole("link", { name: "设置", exact: true })).toHaveCount(0);
  await page.goto("/setup");
  await expect(page.getByText("这里没有你可以设置的内容")).toBeVisible();
});

for (const theme of ["light", "dark"] as const) {
  for (const width of [1440, 390]) {
    test(`the set-up area is accessible and fits, ${theme}, ${width} px`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 900 });
      await signIn(page, "director");
      for (const path of ["", "/scorecard", "/scorecard/lead_score", "/releases"]) {
        await page.goto(`/setup${path}`);
        await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toBeVisible();
        await expect(page.getByRole("status", { name: "加载中" })).toHaveCount(0);
        if (path.endsWith("lead_score"))
          await expect(page.locator(".cm-content").first()).toBeVisible();
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map((one) => [one.id, one.nodes[0]?.html])).toEqual([]);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide).toBe(width);
      }
    });
  }
}
