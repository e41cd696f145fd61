import { expect, test, type APIRequestContext, type Page } from "@playwright/test";
import { signIn } from "./sign-in";

const KEY = { "Closeloop-Intake-Key": "demo-website" };

interface Lead {
  id: string;
  company: string;
  phone: string;
  owner: string;
}

/** Post a lead of a name that nothing else has, and return whose it became. */
async function postLead(request: APIRequestContext, page: Page): Promise<Lead> {
  const run = Date.now();
  const [company, phone] = [`0工作台${run}`, `135${String(run).slice(-8)}`];
  const data = { company, name: "方晴", phone, source: "website" };
  const answer = await request.post("/api/v1/intake/website", { headers: KEY, data });
  expect(answer.status()).toBe(201);
  const { id } = (await answer.json()) as { id: string };
  const people = (await (await page.request.get("/api/v1/people?limit=100")).json()) as {
    items: { id: string; login: string }[];
  };
  const lead = (await (await page.request.get(`/api/v1/objects/lead/records/${id}`)).json()) as {
    owner: { id: string };
  };
  const owner = people.items.find((one) => one.id === lead.owner.id)?.login ?? "";
  return { id, company, phone, owner };
}

test("the day begins at the desk: a clock is met, a to-do noted, ticked and taken back", async ({
  page,
  request,
}) => {
  await signIn(page, "admin");
  const lead = await postLead(request, page);
  await signIn(page, lead.owner);
  await page.goto("/");
  await expect(page).toHaveURL(/\/desk$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("好，");

  // What counts down leads in one step to the form of what is to be done.
  await page.getByRole("link", { name: `记录跟进：${lead.company}` }).click();
  const sheet = page.getByRole("dialog", { name: "记录跟进" });
  // The form and what it is made of are fetched for the first time here.
  await expect(sheet.getByRole("radiogroup").first()).toBeVisible({ timeout: 30_000 });
  for (const group of await sheet.getByRole("radiogroup").all()) {
    await group.getByRole("radio").first().check();
  }
  await sheet.getByRole("button", { name: "记录跟进" }).click();
  await expect(sheet).toBeHidden();

  // The next clock has a step of its own, which ends it.
  await page.goto("/desk");
  await page.getByRole("link", { name: `标记需求：${lead.company}` }).click();
  const tags = page.getByRole("dialog", { name: "标记需求" });
  await tags.getByRole("checkbox", { name: "询价比价" }).check();
  await tags.getByRole("button", { name: "标记需求" }).click();
  await expect(tags).toBeHidden();
  const waiting = await page.request.get(`/api/v1/clocks?object=lead&record=${lead.id}`);
  const clocks = (await waiting.json()) as { items: { policy: string; state: string }[] };
  expect(clocks.items.find((one) => one.policy === "need_tags")?.state).toBe("met");
  await page.goto("/desk");
  await expect(page.getByRole("heading", { name: /^正在计时/ })).toBeVisible();
  await expect(page.getByRole("link", { name: `标记需求：${lead.company}` })).toBeHidden();

  const title = `回电-${Date.now()}`;
  const field = page.getByRole("textbox", { name: "添加待办" });
  await field.fill(title);
  await page.getByLabel("什么时候做").selectOption("tomorrow");
  await field.press("Enter");
  const later = page.getByRole("group", { name: "以后" });
  await expect(later.getByText(title)).toBeVisible();
  await expect(field).toHaveValue("");
  const tick = page.getByRole("checkbox", { name: `完成“${title}”` });
  await tick.click();
  await expect(later.getByText(title)).toBeHidden();
  await page.getByRole("button", { name: "撤销", exact: true }).click();
  await expect(later.getByText(title)).toBeVisible();
  await tick.click();
  await expect(later.getByText(title)).toBeHidden();
});

test("a figure leads to exactly the records that it counts", async ({ page, request }) => {
  await signIn(page, "admin");
  const lead = await postLead(request, page);
  await signIn(page, lead.owner);
  await page.goto("/desk");
  const figure = page.getByRole("link", { name: /^今日新线索/ });
  const count = Number((await figure.getByRole("strong").textContent()) ?? "");
  expect(count).toBeGreaterThan(0);
  await figure.click();
  await expect(page).toHaveURL(/\/o\/lead\?/);
  await expect(page.getByText(`共 ${count} 条`).first()).toBeVisible();
  await page.getByRole("button", { name: "去掉筛选：今日新线索" }).click();
  await expect(page).not.toHaveURL(/only=/);
});

test("a manager sees on the desk who stands worst, and comes to the board", async ({ page }) => {
  await signIn(page, "manager1");
  await page.goto("/desk");
  const team = page.getByRole("region", { name: "红绿灯看板" });
  await expect(team.getByRole("listitem").first()).toBeVisible();
  await team.getByRole("link", { name: /打开看板/ }).click();
  await expect(page.getByRole("heading", { name: "红绿灯看板" })).toBeVisible();
});

test("the command menu finds, tells what is there already and whose, and begins a step", async ({
  page,
  request,
}) => {
  await signIn(page, "admin");
  const lead = await postLead(request, page);
  const other = lead.owner === "sales1" ? "sales2" : "sales1";

  await signIn(page, other);
  await page.goto("/desk");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: /^搜索/ });
  await expect(field).toBeFocused();
  await field.fill(`${lead.phone.slice(0, 3)}-${lead.phone.slice(3, 7)} ${lead.phone.slice(7)}`);
  const told = page.getByRole("group", { name: "查重：已经有了" }).getByRole("option");
  await expect(told).toHaveAttribute("aria-disabled", "true");
  await expect(told).toContainText("负责人");
  await expect(told).not.toContainText(lead.company);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(field).toBeHidden();

  await signIn(page, lead.owner);
  await page.goto("/desk");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("/");
  await field.fill(lead.phone.slice(-8));
  await expect(page.getByRole("option", { name: new RegExp(lead.company) })).toBeVisible();
  await field.fill("记录跟进");
  await page.getByRole("option", { name: /^线索：记录跟进/ }).click();
  await page.getByRole("combobox", { name: "选择线索：记录跟进" }).fill(lead.company);
  await expect(page.getByRole("option", { name: new RegExp(lead.company) })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "记录跟进" })).toBeVisible();
});

test("the keyboard alone leads everywhere", async ({ page }) => {
  await signIn(page, "sales1");
  await page.goto("/desk");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("l");
  await expect(page).toHaveURL(/\/o\/lead$/);
  await expect(page.getByRole("heading", { name: "线索", exact: true })).toBeVisible();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "键盘快捷键" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("n");
  await expect(page.getByRole("dialog", { name: "新建线索" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await expect(page.getByRole("heading", { name: "指标", exact: true })).toBeVisible();
});

test("metrics show how they are reckoned, their groups, and the records behind them", async ({
  page,
  request,
}) => {
  await signIn(page, "admin");
  await postLead(request, page);
  await signIn(page, "manager1");
  await page.goto("/analysis/metrics");
  await page.getByRole("button", { name: /^有效线索率/ }).click();
  const detail = page.getByRole("article");
  await expect(detail.getByText("count(线索等级 == 'A'", { exact: false })).toBeVisible();
  await expect(detail.getByRole("img", { name: "有效线索率的趋势" })).toBeVisible();
  await detail.getByRole("button", { name: "负责人" }).click();
  await expect(detail.getByRole("columnheader", { name: "负责人" })).toBeVisible();
  const first = detail.getByRole("link", { name: /查看 \d+ 条记录/ }).first();
  const count = /(\d+) 条/.exec((await first.getAttribute("aria-label")) ?? "")?.[1];
  await first.click();
  await expect(page).toHaveURL(/\/o\/lead\?/);
  await expect(page.getByText(`共 ${count} 条`).first()).toBeVisible();
});

test("one chooses how to be told, and what is wrong is said at its place", async ({ page }) => {
  await signIn(page, "support1");
  await page.goto("/desk");
  await page.getByTitle("我的").click();
  await page.getByRole("link", { name: "通知设置" }).click();
  await expect(page.getByRole("heading", { name: "通知设置" })).toBeVisible();
  await page.getByLabel("一般：邮件").selectOption("digest");
  await page.getByLabel("开启免打扰").check();
  await page.getByLabel("从", { exact: true }).fill("22:00");
  await page.getByLabel("到", { exact: true }).fill("22:00");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("到", { exact: true }).fill("07:30");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("已保存")).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("一般：邮件")).toHaveValue("digest");
  await expect(page.getByLabel("到", { exact: true })).toHaveValue("07:30");
  await page.request.put("/api/v1/me/notifications/preferences", {
    data: {},
  });
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("five tabs lead everywhere, and the thumb begins a step", async ({ page }) => {
    await signIn(page, "sales1");
    await page.goto("/");
    const tabs = page.getByRole("navigation", { name: "主导航" });
    await expect(tabs.getByRole("link")).toHaveCount(4);
    for (const tab of await tabs.locator("a, button").all()) {
      const box = await tab.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
    }
    await tabs.getByRole("link", { name: "搜索" }).click();
    await page.getByRole("combobox", { name: /^搜索/ }).fill("工作台");
    await page.getByRole("option", { name: "工作台" }).click();
    await expect(page).toHaveURL(/\/desk$/);
    await tabs.getByRole("button", { name: "新建" }).click();
    await page.getByRole("dialog", { name: "快速录入" }).getByText("新建线索").click();
    await expect(page.getByRole("dialog", { name: "新建线索" })).toBeVisible();
    await page.goto("/me");
    await page.getByRole("link", { name: "红绿灯看板" }).click();
    await expect(page.getByRole("heading", { name: "红绿灯看板" })).toBeVisible();
    await page.goto("/me");
    await page.getByRole("button", { name: "特大" }).click();
    const size = await page
      .getByRole("button", { name: "特大" })
      .evaluate((one) => getComputedStyle(one).fontSize);
    expect(parseFloat(size)).toBeCloseTo(13 * 1.3, 1);
    await page.reload();
    await expect(page.getByRole("button", { name: "特大" })).toHaveAttribute(
      "aria-pressed",
      "true",
    );
  });
});

test.describe("without a network", () => {
  test.use({ serviceWorkers: "allow" });

  test("the frame still comes, and says that the server can't be reached", async ({
    page,
    context,
  }) => {
    await signIn(page, "sales1");
    await page.goto("/desk");
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await context.setOffline(true);
    await page.reload();
    await expect(page.getByText("连不上服务器，请检查网络后重试")).toBeVisible();
    await context.setOffline(false);
    await page.getByRole("button", { name: "重试" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("好，");
  });
});
