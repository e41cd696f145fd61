/** An object is designed in the browser and used at once; fields are added, retyped, thrown away and brought back. */
import { expect, test, type Locator, type Page } from "@playwright/test";
import { ask, isWhole, signIn } from "./setup";

/** Names of tables may not end in many digits. */
const RUN = `r${Date.now().toString(36)}`;

test.use({ actionTimeout: 15_000 });

const state = (page: Page) => page.locator("aside [data-state]");
const row = (page: Page, label: string) =>
  page.getByRole("listitem").filter({ has: page.getByText(label, { exact: true }) });

async function isKept(page: Page): Promise<void> {
  await expect(state(page)).toContainText("已存为草稿");
}

/** Adds a field by its label and type; what the type asks for is filled in by `more`. */
async function addField(
  page: Page,
  label: string,
  type: string,
  more?: (dialog: Locator) => Promise<void>,
): Promise<void> {
  await page.getByRole("button", { name: "添加字段" }).click();
  const dialog = page.getByRole("dialog", { name: "添加字段" });
  await dialog.getByLabel("名称（中文）").fill(label);
  await dialog.getByRole("radio", { name: new RegExp(`^${type} `) }).check();
  await more?.(dialog);
  await expect(dialog.getByLabel("标识")).not.toHaveValue("");
  await dialog.getByRole("button", { name: "添加", exact: true }).click();
  await expect(dialog).toBeHidden();
}

/** Publishes for everyone; `told` must be said before. */
async function publish(page: Page, told: (string | RegExp)[], loss = false): Promise<void> {
  await isKept(page);
  await page.getByRole("button", { name: "发布", exact: true }).click();
  const dialog = page.getByRole("dialog");
  for (const one of told) await expect(dialog.getByText(one)).toBeVisible();
  if (loss) await dialog.getByLabel("我知道，这些值可以移到回收站").check();
  await dialog.getByRole("button", { name: "发布给所有人" }).click();
  await expect(dialog).toBeHidden({ timeout: 30_000 });
  await expect(state(page)).toContainText("没有改动");
}

/** Takes the object away, as the test found the company. */
async function removeObject(page: Page, key: string): Promise<void> {
  await page.request.delete(`/api/v1/definitions/object/${key}/draft`);
  const there = await page.request.get(`/api/v1/definitions/object/${key}`);
  if (there.status() === 404) return;
  await ask(page, "POST", "/catalog/apply", { changes: [{ remove: { kind: "object", key } }] });
}

test("an object with fields of six types is made, used, changed with a loss, and restored", async ({
  page,
}) => {
  test.setTimeout(240_000);
  const name = `样机借用${RUN}`;
  const key = `yangji_${RUN}`;
  await signIn(page, "admin");
  await page.goto("/setup/object");
  await page.getByRole("button", { name: "新建" }).first().click();
  const dialog = page.getByRole("dialog", { name: "新建" });
  await dialog.getByLabel("名称").fill(name);
  await expect(dialog.getByLabel("标识")).toHaveValue(`yangjijieyong_${RUN}`);
  await dialog.getByLabel("标识").fill(key);
  await dialog.getByRole("button", { name: "下一步" }).click();
  try {
    await addField(page, "押金", "金额");
    await expect(page.locator("#field-yajin")).toBeFocused();
    await addField(page, "归还日期", "日期");
    await addField(page, "客户", "关联记录", async (sheet) => {
      await sheet.getByLabel("关联哪个对象").selectOption({ label: "客户" });
    });
    await addField(page, "状态", "单选", async (sheet) => {
      for (const option of ["已借出", "已归还"]) {
        await sheet.getByRole("textbox", { name: "加选项" }).fill(option);
        await sheet.getByRole("textbox", { name: "加选项" }).press("Enter");
        await expect(sheet.getByLabel("选项（中文）").last()).toHaveValue(option);
      }
      await sheet.getByLabel("“已借出”的颜色").selectOption({ label: "橙" });
    });
    await addField(page, "台数", "单行文本");
    await addField(page, "押金合计", "公式", async (sheet) => {
      const formula = sheet.getByRole("textbox", { name: "公式", exact: true });
      await formula.fill("yajing * 2"); // the object isn't published, and its fields are known
      await expect(sheet.getByRole("alert")).toContainText("是否想写“yajin”");
      await formula.fill("yajin * 2");
      await expect(sheet.getByText("结果是数字")).toBeVisible();
      await expect(sheet.getByRole("alert")).toBeHidden();
    });
    await isKept(page);

    // What the server finds wrong stands at the field, which is open then; nothing typed is lost.
    await page.locator("#field-yajin").click();
    const deposit = page.getByRole("group", { name: "押金", exact: true });
    await deposit.getByLabel("默认值").selectOption({ label: "固定的值" });
    await deposit.getByLabel("填什么").fill("-5");
    await deposit.getByLabel("最小").fill("0");
    await expect(deposit.getByRole("alert")).toContainText("0");
    await expect(state(page)).toContainText("有地方要改");
    await deposit.getByLabel("填什么").fill("500");
    await deposit.getByRole("checkbox", { name: /^核心字段/ }).check();
    await page.locator("#field-taishu").click();
    await page
      .getByRole("group", { name: "台数", exact: true })
      .getByRole("checkbox", { name: /^核心字段/ })
      .check();
    await isKept(page);
    await isWhole(page);

    await publish(page, ["建好新对象，马上可以用"]);

    // It is there at once, without a restart or a new visit.
    await page.getByRole("link", { name, exact: true }).click();
    await page.getByRole("button", { name: "新建" }).first().click();
    const form = page.getByRole("dialog");
    await form.getByLabel("名称").fill(`样机甲-${RUN}`);
    await expect(form.getByLabel("押金", { exact: true })).toHaveValue(/500/);
    await form.getByLabel("台数").fill("三台");
    await form.getByRole("button", { name: "创建" }).click();
    await expect(page.getByText(`样机甲-${RUN}`).first()).toBeVisible();
    await ask(page, "POST", `/objects/${key}/records`, { name: `样机乙-${RUN}`, taishu: "12" });

    // Another type: what won't convert is told before.
    await page.goto(`/setup/object/${key}`);
    await page.locator("#field-taishu").click();
    await page.getByRole("button", { name: "给“台数”换类型" }).click();
    const retype = page.getByRole("dialog", { name: "给“台数”换类型" });
    await retype.getByRole("radio", { name: /^整数 / }).check();
    await expect(retype.getByText(/2 个值改成新类型，其中 1 个转不过去/)).toBeVisible();
    await expect(retype.getByText("例如：三台")).toBeVisible();
    await retype.getByRole("button", { name: "换成整数，转不过去的进回收站" }).click();
    await publish(page, [/其中 1 个转不过去/], true);
    const { items } = await ask<{ items: { name: string; taishu: number | null }[] }>(
      page,
      "GET",
      `/objects/${key}/records?sort=name`,
    );
    expect(items.map((one) => one.taishu).sort()).toEqual([12, null]);

    // Into the trash and back, with its values.
    await page.locator("#field-yajin").click();
    await page.getByRole("button", { name: "把“押金”移到回收站" }).click();
    await expect(page.locator("#field-yajin")).toBeHidden();
    await page.getByRole("button", { name: "撤销" }).click();
    await expect(row(page, "押金")).toBeVisible();
    await page.locator("#field-yajin_heji, #field-yajinheji").click();
    await page.getByRole("button", { name: "把“押金合计”移到回收站" }).click();
    await page.getByRole("button", { name: "把“押金”移到回收站" }).click();
    await publish(page, [/“押金”连同已填的值移到回收站/]);
    await page.getByRole("button", { name: "字段回收站" }).click();
    await page.getByRole("button", { name: "恢复“押金”" }).click();
    await expect(page.locator("#field-yajin")).toBeFocused();
    await publish(page, [/“押金”从回收站恢复，原来的值还在/]);
    const back = await ask<{ items: { yajin: string | null }[] }>(
      page,
      "GET",
      `/objects/${key}/records`,
    );
    expect(back.items.map((one) => Number(one.yajin))).toEqual([500, 500]);
  } finally {
    await removeObject(page, key);
  }
});

test("a field that is added to leads stands in their form at once, and goes when it is rolled back", async ({
  page,
}) => {
  test.setTimeout(180_000);
  const label = `展厅编号${RUN}`;
  const name = `zhantingbianhao_${RUN}`;
  const address = "/definitions/object/lead";
  await signIn(page, "director");
  await page.request.delete(`/api/v1${address}/draft`);
  const before = await ask<{ version: number; body: object }>(page, "GET", address);
  await page.goto("/setup/object/lead");
  try {
    await addField(page, label, "单行文本");
    await page.locator(`#field-${name}`).click();
    const settings = page.getByRole("group", { name: label });
    await settings.getByRole("checkbox", { name: /^核心字段/ }).check();
    await settings.getByLabel("最多几个字").fill("12");
    // By the keyboard: one place up, and the button keeps the focus.
    await page.getByRole("button", { name: `上移：${label}` }).focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("button", { name: `上移：${label}` })).toBeFocused();
    await isKept(page);

    // The text says the same, and what it says is what the form shows.
    await page.getByRole("tab", { name: "文本" }).click();
    const text = page.getByRole("textbox", { name: "文本" });
    await expect(text).toHaveValue(new RegExp(`${name}:\\n    type: text`));
    await page.getByRole("tab", { name: "表单" }).click();

    await publish(page, [new RegExp(`新增字段“${label}”`)]);
    await page.getByRole("link", { name: "线索", exact: true }).first().click();
    await page.getByRole("button", { name: /显示列/ }).click();
    await expect(page.getByRole("checkbox", { name: label })).toBeVisible();
    await page.keyboard.press("Escape");
    await page.goto("/o/lead/new");
    await expect(page.getByLabel(label)).toBeVisible();

    // Every other key of the body is as it was.
    const after = await ask<{ body: { fields: Record<string, unknown> } }>(page, "GET", address);
    const rest = Object.fromEntries(
      Object.entries(after.body.fields).filter(([one]) => one !== name),
    );
    expect({ ...after.body, fields: rest }).toEqual(before.body);
  } finally {
    await page.request.delete(`/api/v1${address}/draft`);
    const now = await ask<{ version: number }>(page, "GET", address);
    if (now.version !== before.version) {
      const { version } = before;
      await ask(page, "POST", "/definitions/rollback", { kind: "object", key: "lead", version });
    }
  }
  await page.goto("/o/lead/new");
  await expect(page.getByLabel("公司").first()).toBeVisible();
  await expect(page.getByLabel(label)).toHaveCount(0);
});
