/** Nothing that was typed is lost: to a save on its way, a refusal, another tab, a stray key. */
import { expect, test, type Page } from "@playwright/test";
import { ME } from "./company";
import { fakeServer, type World } from "./fakes";

const PATH = "/objects/lead/records/lead-1";

async function openLead(page: Page): Promise<World> {
  const world = await fakeServer(page);
  await page.goto("/o/lead/records/lead-1");
  await contact(page).waitFor();
  return world;
}

const contact = (page: Page) => page.getByLabel("联系人").last();
const commands = (page: Page) => page.getByRole("combobox", { name: /搜索客户/ });
const unsaved = (page: Page, count: number) => page.getByText(`${count} 处修改尚未保存`);

/** Hold the answers to a path back until the returned function is called. */
async function hold(page: Page, path: string): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(`**/api/v1${path}`, async (route) => {
    if (route.request().method() !== "GET") await released;
    await route.fallback();
  });
  return release;
}

test("what is typed while a save is on its way stays, and is saved with the next", async ({
  page,
}) => {
  const world = await openLead(page);
  const saved = { ...world.leads[0], name: "李雷", version: 4 };
  world.instead.set(`PATCH ${PATH}`, () => {
    world.leads[0] = saved as (typeof world.leads)[number];
    return { status: 200, body: saved };
  });
  const release = await hold(page, PATH);
  await contact(page).fill("李雷");
  await page.keyboard.press("Control+Enter");
  await page.getByLabel("邮箱").fill("li@example.com");
  release();
  await expect(page.getByRole("status").getByText("已保存")).toBeVisible();
  await expect(unsaved(page, 1)).toBeVisible();
  await expect(page.getByLabel("邮箱")).toHaveValue("li@example.com");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(unsaved(page, 1)).toBeHidden();
  expect(world.sent.map((one) => one.body)).toEqual([
    { version: 3, name: "李雷" },
    { version: 4, email: "li@example.com" },
  ]);
});

test("a save that is asked for twice is sent once", async ({ page }) => {
  const world = await openLead(page);
  const release = await hold(page, PATH);
  await contact(page).fill("李雷");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("button", { name: "保存" })).toBeDisabled();
  await page.keyboard.press("Control+Enter");
  release();
  await expect(page.getByRole("status").getByText("已保存")).toBeVisible();
  expect(world.sent).toHaveLength(1);
});

test("what two people have made the same is no conflict; leaving the question keeps what was typed", async ({
  page,
}) => {
  const world = await openLead(page);
  const current = { ...world.leads[0], version: 4, name: "韩梅梅" };
  world.instead.set(`PATCH ${PATH}`, (body) =>
    (body as { version: number }).version === 3
      ? { status: 409, body: { code: "version_conflict", status: 409, current } }
      : { status: 200, body: current },
  );
  await contact(page).fill("王刚");
  await page.getByLabel("邮箱").fill("wang@example.com");
  await page.getByRole("button", { name: "保存" }).click();
  const sheet = page.getByRole("dialog", { name: "有人刚改过同一处" });
  await expect(sheet).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
  await expect(contact(page)).toHaveValue("王刚");
  await expect(unsaved(page, 2)).toBeVisible();

  await contact(page).fill("韩梅梅");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("status").getByText("已保存")).toBeVisible();
});

test("edits are there again after a look at another tab", async ({ page }) => {
  await openLead(page);
  await contact(page).fill("李雷");
  await page.getByRole("tab", { name: "时间轴" }).click();
  await expect(contact(page)).toBeHidden();
  await page.getByRole("tab", { name: "资料" }).click();
  await expect(contact(page)).toHaveValue("李雷");
  await expect(unsaved(page, 1)).toBeVisible();
});

test("what is undone is shown as it was, a share too", async ({ page }) => {
  await openLead(page);
  await page.getByRole("button", { name: /^更多（/ }).click();
  const share = page.getByLabel("赢率");
  const before = await share.inputValue();
  await share.fill("35.5");
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(share).toHaveValue(before);
});

test("what was filled in for a gate stays when the server can't be reached", async ({ page }) => {
  const world = await openLead(page);
  const unmet = [{ kind: "field", field: "industry", label: "行业", detail: "必须填写" }];
  world.instead.set(`POST ${PATH}/transition`, (body) =>
    (body as { values?: object }).values
      ? { status: 503, body: { code: "busy", status: 503, title: "稍后再试" } }
      : { status: 422, body: { code: "gate_unmet", status: 422, unmet } },
  );
  await page.getByRole("button", { name: "已确认需求" }).click();
  const sheet = page.getByRole("dialog", { name: "进入“已确认需求”还差这些" });
  await sheet.getByLabel("行业").fill("半导体");
  await sheet.getByRole("button", { name: "补全并进入已确认需求" }).click();
  await expect(page.getByRole("status").getByText("稍后再试")).toBeVisible();
  await expect(sheet.getByLabel("行业")).toHaveValue("半导体");
});

test("a new record that is half filled isn't thrown away by a stray key", async ({ page }) => {
  await fakeServer(page);
  await page.goto("/o/lead/new");
  const form = page.getByRole("dialog", { name: "新建线索" });
  const company = form.getByLabel("公司");
  await company.fill("远山机械");
  await page.keyboard.press("Escape");
  const asked = page.getByRole("dialog", { name: "还有修改没保存" });
  await asked.getByRole("button", { name: "继续编辑" }).click();
  await expect(company).toHaveValue("远山机械");
  await page.mouse.click(20, 450);
  await asked.getByRole("button", { name: "放弃修改" }).click();
  await expect(page).toHaveURL(/\/o\/lead$/);

  // One that is untouched goes at once.
  await page.goto("/o/lead/new");
  await company.waitFor();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/\/o\/lead$/);
});

test("the menu begins an operation on the record that is open already", async ({ page }) => {
  const world = await openLead(page);
  await page.keyboard.press("Control+k");
  await commands(page).fill("记录跟进");
  await page.getByRole("option", { name: /记录跟进/ }).click();
  await page.getByRole("option", { name: world.leads[0]?.company }).first().click();
  await expect(page.getByRole("dialog", { name: "记录跟进" })).toBeVisible();
});

test("Enter waits for what was typed to be found", async ({ page }) => {
  const world = await fakeServer(page);
  const found = { ...world.leads[7], company: "远山机械" };
  world.instead.set("GET /search", () => ({
    status: 200,
    body: { objects: [{ object: "lead", items: [found], more: false }], matches: [] },
  }));
  await page.goto("/o/lead");
  await page.locator("[data-row]").first().waitFor();
  await page.keyboard.press("Control+k");
  await commands(page).fill("远山");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/records/${found.id}`));
});

test("a kanban says nothing of the table that was there before", async ({ page }) => {
  await fakeServer(page);
  await page.goto("/o/lead");
  await page.locator("[data-row]").first().waitFor();
  await expect(page.getByText("共 5,000 条").first()).toBeVisible();
  await page.getByRole("button", { name: "看板" }).click();
  await page.getByRole("searchbox").fill("机械");
  await expect(page).toHaveURL(/q=/);
  await expect(page.getByText("共 5,000 条")).toBeHidden();
  await expect(page.locator("[class*=stale]")).toHaveCount(0);
});

test("people are looked for by letters typed as fast as one can", async ({ page }) => {
  const world = await fakeServer(page);
  const permissions = { ...ME.permissions, people: true };
  world.instead.set("GET /me", () => ({ status: 200, body: { ...ME, permissions } }));
  const none = { status: 200, body: { items: [], next_cursor: null, total: 0 } };
  const asked: (string | null)[] = [];
  world.instead.set("GET /people", (_, query) => {
    if (query.has("active")) asked.push(query.get("q"));
    return none;
  });
  for (const path of ["/departments", "/roles"]) world.instead.set(`GET ${path}`, () => none);
  await page.goto("/setup/people");
  const search = page.getByRole("searchbox");
  await search.pressSequentially("chen si", { delay: 20 });
  await expect(search).toHaveValue("chen si");
  await expect(page).toHaveURL(/q=chen/);
  await expect(() => expect(asked).toEqual([null, "chen si"])).toPass();
});
