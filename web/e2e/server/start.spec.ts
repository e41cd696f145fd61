import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";

const CARD = "/api/v1/definitions/scorecard/lead_score";

async function signIn(page: Page, login: string): Promise<void> {
  await page.goto("/start");
  await page.getByLabel("账号").fill(login);
  await page.getByLabel("密码").fill("closeloop-demo");
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page.getByRole("heading", { name: "第一刻钟" })).toBeVisible();
}

/** Ten leads as a spreadsheet copies them; the last but one has no usable number. */
function table(run: number): string {
  const rows = Array.from({ length: 10 }, (_, i) => {
    const phone = i === 8 ? "不是号码" : `15${String(run + i).slice(-9)}`;
    return [`起步${i}-${run}`, `张${i}`, phone, "官网表单", i % 2 ? "机械" : ""].join("\t");
  });
  return [["公司", "联系人", "电话", "来源", "行业"].join("\t"), ...rows].join("\n");
}

async function noAxeErrors(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`)).toEqual([]);
}

test("ten leads of one's own come in, are dealt, and a draft shows what would differ", async ({
  page,
}) => {
  await signIn(page, "admin");
  await page.request.delete(`${CARD}/draft`);
  await expect(page.getByRole("heading", { name: /^导入十条线索/ })).toBeVisible();
  const more = page.getByRole("button", { name: "再导入一批" });
  if (await more.isVisible()) await more.click();
  const template = page.waitForEvent("download");
  await page.getByRole("button", { name: "下载模板" }).click();
  expect((await template).suggestedFilename()).toBe("线索.csv");

  const run = Date.now();
  await page.getByLabel("粘贴的内容").fill(table(run));
  await page.getByRole("button", { name: "检查" }).click();
  await expect(page.getByText("1 条有问题，导入时会跳过：")).toBeVisible();
  await expect(page.getByText(/^第 10 行/)).toBeVisible();
  await page.getByRole("button", { name: "导入 9 条" }).click();
  await expect(page.getByText("新建 9 条，并入已有 0 条")).toBeVisible({ timeout: 60_000 });

  const first = page
    .getByRole("listitem")
    .filter({ hasText: `起步1-${run}` })
    .last();
  await expect(first).toContainText("按“线上线索轮流分配”，从");
  await expect(first).toContainText("C 30");
  await noAxeErrors(page);

  // The set-up pages keep such a draft.
  const { body } = (await (await page.request.get(CARD)).json()) as {
    body: { bands: Record<string, number> };
  };
  const draft = { ...body, bands: { ...body.bands, A: 25, B: 10 } };
  expect((await page.request.put(CARD, { data: { body: draft } })).ok()).toBe(true);
  await page.reload();
  await expect(page.getByText("9 条里有 9 条不同")).toBeVisible();
  const compared = page
    .getByRole("listitem")
    .filter({ hasText: `起步1-${run}` })
    .last();
  await expect(compared).toContainText("现在 C");
  await expect(compared).toContainText("改后 A");
  await expect(page.getByRole("link", { name: /线索评分卡/ })).toHaveAttribute(
    "href",
    "/setup/scorecard/lead_score",
  );
  await noAxeErrors(page);
  await page.request.delete(`${CARD}/draft`);

  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await expect(page.getByText("有了草稿，这里会用它把同样这些记录再算一遍。")).toBeVisible();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide).toBeLessThanOrEqual(0);
  await noAxeErrors(page);
});

test("what can't be read is told, and nothing typed is lost", async ({ page }) => {
  await signIn(page, "admin");
  const more = page.getByRole("button", { name: "再导入一批" });
  const box = page.getByLabel("粘贴的内容");
  await expect(more.or(box).first()).toBeVisible();
  if (await more.isVisible()) await more.click();
  await box.fill("公司\t电话");
  await page.getByRole("button", { name: "检查" }).click();
  await expect(page.getByRole("alert").first()).toBeVisible();
  await expect(box).toHaveValue("公司\t电话");
});

test("who may not define is told that there is nothing to begin with", async ({ page }) => {
  await signIn(page, "sales1");
  await expect(page.getByText("还没有评分卡")).toBeVisible();
});
