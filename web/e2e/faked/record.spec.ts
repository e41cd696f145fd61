import { expect, test, type Page } from "@playwright/test";
import { fakeServer, type World } from "./fakes";
import { NOTICES } from "./story";

const PATH = "/objects/lead/records/lead-1";

async function openLead(page: Page, given: Partial<World> = {}): Promise<World> {
  const world = await fakeServer(page, given);
  await page.goto("/o/lead/records/lead-1");
  await page.getByLabel("联系人").last().waitFor();
  return world;
}

/** The next stage asks for what is missing until values are sent with the move. */
function gate(world: World, unmet: object[]): void {
  world.instead.set(`POST ${PATH}/transition`, (body) =>
    (body as { values?: object }).values
      ? { status: 200, body: world.leads[0] }
      : { status: 422, body: { code: "gate_unmet", status: 422, unmet } },
  );
}

test("facts are edited in place and sent with their version", async ({ page }) => {
  const world = await openLead(page);
  await page.getByLabel("联系人").last().fill("李雷");
  await expect(page.getByText("1 处修改尚未保存")).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("status").getByText("已保存")).toBeVisible();
  expect(world.sent).toEqual([{ method: "PATCH", path: PATH, body: { version: 3, name: "李雷" } }]);
});

test("somebody's change to another field is no conflict, to the same one it is asked about", async ({
  page,
}) => {
  const world = await openLead(page);
  const conflict = (changed: object) => (body: unknown) =>
    (body as { version: number }).version === 3
      ? {
          status: 409,
          body: {
            code: "version_conflict",
            status: 409,
            current: { ...world.leads[0], version: 4, ...changed },
          },
        }
      : { status: 200, body: world.leads[0] };

  world.instead.set(`PATCH ${PATH}`, conflict({ city: "上海" }));
  await page.getByLabel("联系人").last().fill("李雷");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("status").getByText("已保存")).toBeVisible();
  expect(world.sent.at(-1)?.body).toEqual({ version: 4, name: "李雷" });

  world.instead.set(`PATCH ${PATH}`, conflict({ name: "韩梅梅" }));
  await page.getByLabel("联系人").last().fill("王刚");
  await page.getByRole("button", { name: "保存" }).click();
  const sheet = page.getByRole("dialog", { name: "有人刚改过同一处" });
  await expect(sheet.getByRole("row", { name: "联系人 韩梅梅 王刚" })).toBeVisible();
  await sheet.getByRole("button", { name: "用我的" }).click();
  await expect(sheet).toBeHidden();
  expect(world.sent.at(-1)?.body).toEqual({ version: 4, name: "王刚" });
});

test("a wrong value is told beside its field", async ({ page }) => {
  const world = await openLead(page);
  world.instead.set(`PATCH ${PATH}`, () => ({
    status: 422,
    body: {
      code: "invalid",
      status: 422,
      errors: [{ field: "email", code: "not_email", message: "邮箱格式不对" }],
    },
  }));
  await page.getByLabel("邮箱").fill("nonsense");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("邮箱格式不对")).toBeVisible();
  await expect(page.getByLabel("邮箱")).toHaveAttribute("aria-invalid", "true");
});

test("leaving with unsaved edits is asked about", async ({ page }) => {
  await openLead(page);
  await page.getByLabel("联系人").last().fill("李雷");
  await page.keyboard.press("Escape");
  const sheet = page.getByRole("dialog", { name: "还有修改没保存" });
  await sheet.getByRole("button", { name: "继续编辑" }).click();
  await expect(page.getByLabel("联系人").last()).toHaveValue("李雷");
  await page.keyboard.press("Escape");
  await sheet.getByRole("button", { name: "放弃修改" }).click();
  await expect(page).toHaveURL(/\/o\/lead$/);
});

test("a gate says what is missing and takes it on the spot", async ({ page }) => {
  const world = await openLead(page);
  gate(world, [
    { kind: "field", field: "industry", label: "行业", detail: "必须填写" },
    { kind: "document", label: "需求确认书", detail: "还没有上传" },
  ]);
  await page.getByRole("button", { name: "已确认需求" }).click();
  const sheet = page.getByRole("dialog", { name: "进入“已确认需求”还差这些" });
  await expect(sheet.getByText("需求确认书 · 还没有上传")).toBeVisible();
  await sheet.getByLabel("行业").fill("半导体");
  await sheet.getByRole("button", { name: "补全并进入已确认需求" }).click();
  await expect(page.getByRole("status").getByText("已进入“已确认需求”")).toBeVisible();
  expect(world.sent.at(-1)?.body).toMatchObject({
    to: "qualified",
    values: { industry: "半导体" },
  });
});

test("a gate that nothing can be filled in for says so and has nothing to send", async ({
  page,
}) => {
  const world = await openLead(page);
  gate(world, [{ kind: "document", label: "需求确认书", detail: "还没有上传" }]);
  await page.getByRole("button", { name: "已确认需求" }).click();
  const sheet = page.getByRole("dialog", { name: "还不能进入“已确认需求”" });
  await expect(sheet.getByText("需求确认书 · 还没有上传")).toBeVisible();
  await expect(sheet.getByRole("button", { name: /进入/ })).toHaveCount(0);
  await sheet.getByRole("button", { name: "关闭" }).last().click();
  await expect(sheet).toHaveCount(0);
});

test("a touch is two taps and a save, sent once however often it is tried", async ({ page }) => {
  const world = await openLead(page);
  const keys: (string | undefined)[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/do/touch")) keys.push(request.headers()["idempotency-key"]);
  });
  let tries = 0;
  world.instead.set(`POST ${PATH}/do/touch`, () =>
    tries++ === 0
      ? { status: 503, body: { status: 503, code: "unavailable" } }
      : { status: 200, body: {} },
  );
  await page.getByRole("button", { name: "记录跟进" }).click();
  const sheet = page.getByRole("dialog", { name: "记录跟进" });
  await expect(sheet.getByRole("button", { name: "记录跟进" })).toBeDisabled();
  await sheet.getByRole("radio", { name: "电话" }).check();
  await sheet.getByRole("radio", { name: "已接通" }).check();
  await sheet.getByRole("button", { name: "记录跟进" }).click();
  await expect(sheet).toBeVisible();
  await sheet.getByRole("button", { name: "记录跟进" }).click();
  await expect(sheet).toBeHidden();
  expect(world.sent.at(-1)?.body).toEqual({
    version: 3,
    values: { kind: "call", outcome: "reached", next_contact_at: null, note: null },
  });
  expect(keys).toHaveLength(2);
  expect(keys[0]).toBe(keys[1]);
});

test("score, owner and clock are explained in words", async ({ page }) => {
  await openLead(page);
  await page.getByRole("tab", { name: "为什么" }).click();
  const why = page.getByRole("tabpanel", { name: "为什么" });
  await expect(why.getByText("停留 214 秒，超过 180 秒")).toBeVisible();
  await expect(why.getByText("在手 30 条，已到上限")).toBeVisible();
  await expect(why.getByText("提醒负责人 · 升级给上级")).toBeVisible();
});

test("the owner is changed from the key figures", async ({ page }) => {
  const world = await openLead(page);
  await page.getByTitle("转给别人").click();
  await page.getByRole("dialog", { name: "转给别人" }).getByText("林晓").click();
  await expect(page.getByRole("status").getByText("已转给林晓")).toBeVisible();
  expect(world.sent.at(-1)).toMatchObject({ path: `${PATH}/assign`, body: { person: "person-3" } });
});

test("a new record is made from the metadata alone", async ({ page }) => {
  const world = await fakeServer(page);
  await page.goto("/o/lead/new");
  const sheet = page.getByRole("dialog", { name: "新建线索" });
  await sheet.getByRole("button", { name: "创建" }).click();
  await expect(sheet.getByText("请填写这一项")).toBeVisible();
  await sheet.getByLabel("公司").fill("新公司");
  await sheet.getByLabel("来源").click();
  await page.getByTitle("转介绍").click();
  await sheet.getByRole("button", { name: "创建" }).click();
  await expect(page).toHaveURL(/records\/lead-1/);
  expect(world.sent[0]?.body).toEqual({ company: "新公司", source: "referral" });
});

test("a live notice pops up, counts, and opens its lead", async ({ page }) => {
  const world = await fakeServer(page, {
    stream: NOTICES.slice(0, 1).map((data) => ({ event: "notification", data })),
  });
  await page.goto("/o/lead");
  const popup = page.getByRole("alert").filter({ hasText: "新线索：深圳云启精密机械有限公司" });
  await expect(popup).toBeVisible();
  await popup.getByRole("button", { name: "查看" }).click();
  await expect(page).toHaveURL(/records\/lead-1/);
  expect(world.sent).toContainEqual({
    method: "POST",
    path: "/notifications/read",
    body: { ids: ["n1"] },
  });
});

test("many notices at once stay a few on the screen", async ({ page }) => {
  const many = Array.from({ length: 40 }, (_, i) => ({
    event: "notification",
    data: { ...NOTICES[0], id: `flood-${i}` },
  }));
  await fakeServer(page, { stream: many });
  await page.goto("/o/lead");
  await expect(page.getByRole("link", { name: "还有 37 条新通知" })).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(3);
});

test("the language changes everything, the server's labels too", async ({ page }) => {
  await fakeServer(page);
  await page.goto("/o/lead");
  await page.getByTitle("我的").click();
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("heading", { name: "Leads" })).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "Company" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "en-US");
});
