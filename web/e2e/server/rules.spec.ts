/** The director sets up a rule and a clock in their forms, sees them work, and rolls both back. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type APIRequestContext, type Page } from "@playwright/test";

const KEY = { "Closeloop-Intake-Key": "demo-website" };
const RUN = Date.now();

async function signIn(page: Page, login: string, to: string): Promise<void> {
  await page.goto(to);
  await page.getByLabel("账号").fill(login);
  await page.getByLabel("密码").fill("closeloop-demo");
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page.getByRole("button", { name: "登录" })).toBeHidden();
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
}

/** Opens a definition without what an earlier run may have left of it. */
async function openAfresh(page: Page, kind: string, key: string): Promise<void> {
  await signIn(page, "director", "/setup/rule");
  await page.request.delete(`/api/v1/definitions/${kind}/${key}/draft`);
  await page.goto(`/setup/${kind}/${key}`);
}

interface Lead {
  id: string;
  owner: { id: string; label: string } | null;
}

async function postLead(
  request: APIRequestContext,
  page: Page,
  company: string,
  source: string,
): Promise<Lead> {
  const phone = `137${String(Date.now()).slice(-8)}`;
  const answer = await request.post("/api/v1/intake/website", {
    headers: KEY,
    data: { company, name: "张洋", phone, source },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  const { id } = (await answer.json()) as { id: string };
  return (await (await page.request.get(`/api/v1/objects/lead/records/${id}`)).json()) as Lead;
}

async function publish(page: Page): Promise<void> {
  await page.getByRole("button", { name: "发布", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "发布给所有人" }).click();
  await expect(page.getByRole("dialog")).toBeHidden({ timeout: 20_000 });
}

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .include("main")
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}

test("managers are told of every referral by a rule that the director has written as sentences", async ({
  page,
  request,
  browser,
}) => {
  const key = `referral_${RUN}`;
  await signIn(page, "director", "/setup/rule");
  await page.getByRole("button", { name: "新建" }).first().click();
  const dialog = page.getByRole("dialog", { name: "新建" });
  await dialog.getByLabel("名称").fill("转介绍通知经理");
  await dialog.getByLabel("标识").fill(key);
  await dialog.getByRole("button", { name: "下一步" }).click();

  await page.getByLabel("对象").selectOption({ label: "线索" });
  const condition = page.getByRole("region", { name: "条件" });
  await condition.getByRole("button", { name: "加条件" }).click();
  await page.getByRole("textbox", { name: "规则的条件" }).fill("sorce == 'referral'");
  await expect(condition.getByRole("alert")).toContainText("没有名为“sorce”的字段");
  await page.getByRole("textbox", { name: "规则的条件" }).fill("source == 'referral'");
  const steps = page.getByRole("region", { name: "就" });
  await steps.getByLabel("谁", { exact: true }).selectOption({ label: "角色" });
  await steps.getByLabel("角色", { exact: true }).selectOption({ label: "销售经理" });
  await steps.getByRole("button", { name: "写通知内容" }).click();
  await steps.getByLabel("标题（中文）").fill("转介绍线索：{company}");
  await expect(condition.getByRole("alert")).toBeHidden();
  await expectNoViolations(page);
  await publish(page);

  try {
    const company = `转介绍-${RUN}`;
    await postLead(request, page, company, "referral");
    const manager = await (await browser.newContext({ locale: "zh-CN" })).newPage();
    await signIn(manager, "manager1", "/notices");
    await expect(manager.getByText(`转介绍线索：${company}`).first()).toBeVisible();
    await manager.context().close();
  } finally {
    // The page has been told nothing of this: it is how the test leaves the company as it was.
    await page.request.delete(`/api/v1/definitions/rule/${key}`);
    const items = [{ kind: "rule", key }];
    const gone = await page.request.post("/api/v1/definitions/publish", { data: { items } });
    expect(gone.status(), await gone.text()).toBe(200);
  }
});

test("a first touch within 20 minutes counts for the next lead, until it is rolled back", async ({
  page,
  request,
}) => {
  await openAfresh(page, "clock", "first_touch");
  const address = "/api/v1/definitions/clock/first_touch";
  const before = (await (await page.request.get(address)).json()) as { version: number };
  await expect(page.getByText("到期前")).not.toHaveCount(0);
  await page.getByRole("spinbutton", { name: "目标时长" }).fill("20");
  await expect(page.getByText("目标 20分钟")).toBeVisible();
  await expectNoViolations(page);
  await publish(page);
  const target = async (company: string) => {
    const lead = await postLead(request, page, company, "website");
    const answer = await page.request.get("/api/v1/clocks", {
      params: { object: "lead", record: lead.id },
    });
    const { items } = (await answer.json()) as {
      items: { policy: string; reckoning: { target: number } }[];
    };
    return items.find((one) => one.policy === "first_touch")?.reckoning.target;
  };
  try {
    expect(await target(`二十分钟-${RUN}`)).toBe(20 * 60);
  } finally {
    const back = await page.request.post("/api/v1/definitions/rollback", {
      data: { kind: "clock", key: "first_touch", version: before.version },
    });
    expect(back.status(), await back.text()).toBe(200);
  }
  expect(await target(`三十分钟-${RUN}`)).toBe(30 * 60);
});

test("a company holiday moves what would be due; nothing of it is kept unless it is published", async ({
  page,
}) => {
  await openAfresh(page, "calendar", "duty_hours");
  const trial = page.getByRole("region", { name: "算一算：什么时候到期" });
  // A Monday that no public holiday touches.
  await trial.getByLabel("开始时间").fill("2026-11-09T17:50");
  await expect(trial.getByText("到期 11月10日周二 09:20")).toBeVisible();
  const month = page.getByRole("region", { name: "节假日和调休" });
  for (let back = 0; back < 24; back++) {
    if (await month.getByText("2026年11月").isVisible()) break;
    await month.getByRole("button", { name: "上个月" }).click();
  }
  await month.getByTitle(/^2026年11月10日/).click();
  await page.getByRole("radio", { name: "公司放假" }).check();
  await page.keyboard.press("Escape");
  await expect(trial.getByText("到期 11月11日周三 09:20")).toBeVisible();
  await expect(trial.getByText("公司放假")).toBeVisible();
  await expectNoViolations(page);
  await expect(page.getByRole("status").getByText(/已存为草稿|没有改动/)).toBeVisible();
  const dropped = await page.request.delete("/api/v1/definitions/calendar/duty_hours/draft");
  expect(dropped.status()).toBe(204);
});

test("on a phone the forms fit, without scrolling aside", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, "director", "/setup/rule/rose_to_a");
  for (const path of [
    "/setup/rule/rose_to_a",
    "/setup/clock/first_touch",
    "/setup/calendar/duty_hours",
  ]) {
    await page.goto(path);
    await expect(page.getByRole("region").first()).toBeVisible();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide, path).toBeLessThanOrEqual(0);
  }
});
