import { expect, test, type APIRequestContext, type Page } from "@playwright/test";

const PASSWORD = "closeloop-demo";
const API = "/api/v1";
/** A picture of one point. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);

async function as(request: APIRequestContext, login: string): Promise<void> {
  const answer = await request.post(`${API}/session`, { data: { login, password: PASSWORD } });
  expect(answer.status()).toBe(204);
}

async function signIn(page: Page, login: string): Promise<void> {
  await page.goto("/");
  await page.getByLabel("账号").fill(login);
  await page.getByLabel("密码").fill(PASSWORD);
  await page.getByRole("button", { name: "登录" }).click();
  await page.waitForURL(/\/(o|desk)/);
}

async function made(request: APIRequestContext, object: string, data: object) {
  const answer = await request.post(`${API}/objects/${object}/records`, { data });
  expect(answer.status(), await answer.text()).toBe(201);
  return (await answer.json()) as { id: string; version: number };
}

function phone(): string {
  return `136${String(Math.floor(Math.random() * 1e8)).padStart(8, "0")}`;
}

const drawer = (page: Page) => page.getByRole("dialog", { name: /详情$/ });

/** All that the page offers to do: its buttons and what stands in the menu. */
async function offered(page: Page): Promise<string[]> {
  const bar = drawer(page).locator("[aria-busy]");
  await expect(bar).toHaveCount(0);
  const more = drawer(page).getByRole("button", { name: "更多", exact: true });
  const buttons = await drawer(page).locator('[data-operations="open"] > button').allInnerTexts();
  const shown = buttons.map((one) => one.trim()).filter((one) => one !== "更多");
  if ((await more.count()) === 0) return shown;
  await more.click();
  const menu = page.getByRole("dialog", { name: "更多" });
  const items = await menu.getByRole("button").allInnerTexts();
  await page.keyboard.press("Escape");
  return [...shown, ...items.map((one) => one.trim())];
}

test("the page offers what the record's state and one's rights allow, and takes back what can be", async ({
  page,
  request,
}) => {
  await as(request, "sales1");
  const lead = await made(request, "lead", { company: `操作-${Date.now()}`, phone: phone() });
  await signIn(page, "sales1");
  await page.goto(`/o/lead/records/${lead.id}`);
  await drawer(page).getByRole("button", { name: "记录跟进" }).waitFor();
  const own = await offered(page);
  expect(own).toEqual(expect.arrayContaining(["记录跟进", "退回公海", "废弃", "转化"]));
  expect(own).not.toContain("领取");
  expect(own).not.toContain("恢复线索");

  await as(request, "manager1");
  const place = `${API}/objects/lead/records/${lead.id}`;
  const told = (await (await request.get(`${place}/operations`)).json()) as {
    items: { label: string; allowed: boolean }[];
  };
  await page.context().clearCookies();
  await signIn(page, "manager1");
  await page.goto(`/o/lead/records/${lead.id}`);
  await drawer(page).getByRole("button", { name: "记录跟进" }).waitFor();
  const allowed = told.items.filter((one) => one.allowed).map((one) => one.label);
  expect((await offered(page)).toSorted()).toEqual(allowed.toSorted());

  await drawer(page).getByRole("button", { name: "更多", exact: true }).click();
  await page
    .getByRole("dialog", { name: "更多" })
    .getByRole("button", { name: "废弃", exact: true })
    .click();
  const sheet = page.getByRole("dialog", { name: "废弃", exact: true });
  await sheet.getByRole("radio").first().check();
  await sheet.getByRole("button", { name: "废弃" }).click();
  await expect(sheet).toBeHidden();
  // What takes it back is offered at once, and is itself an operation that fits only now.
  const back = page.getByRole("button", { name: "撤销", exact: true });
  await expect(back).toBeVisible();
  const now = (await (await request.get(`${place}/operations`)).json()) as typeof told;
  const restore = now.items.find((one) => one.label === "恢复线索");
  expect(restore?.allowed).toBe(true);
  await back.click();
  await expect(page.getByText("已撤销")).toBeVisible();
  expect((await (await request.get(place)).json()).stage).toBe("new");
  expect(await offered(page)).not.toContain("恢复线索");
});

test("two customers are compared and made one, and what belonged to both stays", async ({
  page,
  request,
}) => {
  await as(request, "sales1");
  const run = Date.now();
  const number = phone();
  const one = await made(request, "customer", {
    name: `合并甲${run}`,
    phone: number,
    city: "常州",
  });
  const other = await made(request, "customer", {
    name: `合并乙${run}`,
    phone: number,
    city: "武进",
    email: `m${run}@example.com`,
  });
  await made(request, "contact", { name: `联系${run}`, customer: other.id, phone: phone() });

  await signIn(page, "manager1");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/o/customer/records/${other.id}`);
  await drawer(page).getByRole("button", { name: "对比合并" }).click();
  const sheet = page.getByRole("dialog", { name: "合并客户" });
  await expect(sheet.getByText("联系人 1 条，一起转到保留的记录")).toBeVisible();
  await sheet.getByRole("group", { name: "城市" }).getByRole("radio").first().check();
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(beyond).toBeLessThanOrEqual(0);
  await sheet.getByRole("button", { name: "合并", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(one.id));
  await expect(drawer(page).getByRole("heading", { name: `合并甲${run}` })).toBeVisible();
  await expect(drawer(page).getByRole("tab", { name: "联系人 1" })).toBeVisible();
  const kept = await (await request.get(`${API}/objects/customer/records/${one.id}`)).json();
  expect([kept.city, kept.email]).toEqual(["武进", `m${run}@example.com`]);
  await drawer(page).getByRole("tab", { name: "时间轴" }).click();
  await expect(drawer(page).getByText(`并入了“合并乙${run}”`)).toBeVisible();
});

test("files of a record are looked at in place", async ({ page, request }) => {
  await as(request, "sales1");
  const file = await request.post(`${API}/files`, {
    multipart: { file: { name: "流程图.png", mimeType: "image/png", buffer: PNG } },
  });
  const { id } = (await file.json()) as { id: string };
  const customer = await made(request, "customer", { name: `附件${Date.now()}` });
  const deal = await made(request, "opportunity", {
    name: "带附件",
    customer: customer.id,
    decision_chart: [id],
  });
  await signIn(page, "sales1");
  await page.goto(`/o/opportunity/records/${deal.id}`);
  await drawer(page).getByRole("tab", { name: "附件 1" }).click();
  const row = drawer(page).getByRole("button", { name: /流程图\.png/ });
  await row.click();
  const picture = drawer(page).getByRole("img", { name: "流程图.png" });
  await expect
    .poll(() => picture.evaluate((one) => (one as HTMLImageElement).naturalWidth))
    .toBe(1);
  await row.click();
  await expect(picture).toBeHidden();
  await drawer(page).getByRole("tab", { name: "时间轴" }).click();
  await expect(drawer(page).getByRole("link", { name: /流程图\.png/ })).toBeVisible();
});

test("why this owner, this score and this due time is told in words", async ({ page, request }) => {
  const answer = await request.post(`${API}/intake/website`, {
    headers: { "Closeloop-Intake-Key": "demo-website" },
    data: { company: `缘由${Date.now()}`, phone: phone(), name: "张洋", page_seconds: 214 },
  });
  const { id } = (await answer.json()) as { id: string };
  await signIn(page, "director");
  await page.goto(`/o/lead/records/${id}`);
  await drawer(page).getByRole("tab", { name: "为什么" }).click();
  await expect(drawer(page).getByText("每个因素各给了多少分")).toBeVisible();
  await expect(drawer(page).getByText("还差：需求标签")).toBeVisible();
  await drawer(page).getByText("到期时间怎么算出来的").first().click();
  await expect(
    drawer(page)
      .getByText(/^目标 .+计/)
      .first(),
  ).toBeVisible();
  await drawer(page).getByRole("tab", { name: "归属" }).click();
  await expect(drawer(page).getByText(/按“线上线索/)).toBeVisible();
});
