/** Publishing that converts many values: how far it is stands in the sheet, and it can be stopped. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";

const place = "/api/v1/definitions/scorecard/lead_score";

/** The server answers as it does where a hundred thousand values are to be converted first. */
async function convertsMuch(page: Page): Promise<{ state: string; progress: number }> {
  const job = { state: "running", progress: 31_000 };
  const answer = () => ({
    ...{ id: "job1", kind: "publish", object: null, total: 120_000, counts: {} },
    ...{ error_count: 0, problem: null, errors_url: null, errors: [] },
    ...job,
  });
  await page.route("**/api/v1/definitions/publish", (route) =>
    route.fulfill({ status: 202, json: answer() }),
  );
  await page.route("**/api/v1/jobs/job1", (route) => {
    if (route.request().method() === "DELETE") job.state = "cancelled";
    return route.fulfill({ json: answer() });
  });
  return job;
}

async function publishes(page: Page): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("账号").fill("director");
  await page.getByLabel("密码").fill("closeloop-demo");
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page).not.toHaveURL(/sign-in/);
  await page.request.delete(`${place}/draft`);
  await page.goto("/setup/scorecard/lead_score");
  await page.getByRole("tab", { name: "文本" }).click();
  const text = page.getByRole("textbox", { name: "文本" });
  await text.fill((await text.inputValue()).replace("expo: 15", "expo: 25"));
  await page.getByRole("button", { name: "发布", exact: true }).click();
  await page.getByRole("button", { name: "发布给所有人" }).click();
}

test.afterEach(async ({ page }) => {
  await page.request.delete(`${place}/draft`);
});

test("how far it is is shown until it is in force", async ({ page }) => {
  const job = await convertsMuch(page);
  await publishes(page);
  const sheet = page.getByRole("dialog");
  await expect(sheet.getByText("正在转换已有数据：31,000 / 120,000")).toBeVisible();
  const found = await new AxeBuilder({ page }).include("[role=dialog]").analyze();
  expect(found.violations).toEqual([]);
  Object.assign(job, { progress: 90_000 });
  await expect(sheet.getByText("正在转换已有数据：90,000 / 120,000")).toBeVisible();
  Object.assign(job, { state: "done", progress: 120_000 });
  await expect(page.getByText("已发布", { exact: true })).toBeVisible();
  await expect(sheet).toBeHidden();
});

test("it is stopped, and the sheet says so", async ({ page }) => {
  await convertsMuch(page);
  await publishes(page);
  await page.getByRole("button", { name: "停止转换" }).click();
  await expect(page.getByRole("alert").getByText("已停止，字段保持原样。")).toBeVisible();
  await expect(page.getByRole("button", { name: "发布给所有人" })).toBeEnabled();
});
