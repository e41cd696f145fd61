import { expect, test, type Page } from "@playwright/test";
import { ask, choose, isWhole, signIn } from "./setup";

interface Made {
  id: string;
  password: string;
}

const run = Date.now().toString(36);

async function departmentOf(page: Page, key: string): Promise<string> {
  const { items } = await ask<{ items: { id: string; key: string }[] }>(
    page,
    "GET",
    "/departments",
  );
  return items.find((one) => one.key === key)?.id ?? "";
}

async function makePerson(page: Page, login: string, name: string): Promise<Made> {
  const departments = [await departmentOf(page, "east_sales_1")];
  return ask(page, "POST", "/people", { login, name, departments, roles: ["sales"] });
}

/** The pages under test have no more to do with a person once the test is over. */
async function putAway(page: Page, id: string): Promise<void> {
  await ask(page, "POST", `/people/${id}/deactivate`, {});
}

test("a new person signs in with the password that was shown once and has to set an own one", async ({
  page,
  browser,
  baseURL,
}) => {
  const login = `new_${run}`;
  await signIn(page, "admin");
  await page.goto("/setup/people");
  await expect(page.getByRole("table", { name: "人员" })).toContainText("林晓");
  await isWhole(page);
  await page.getByRole("button", { name: "新建人员" }).click();
  const sheet = page.getByRole("dialog", { name: "新建人员" });
  await sheet.getByLabel("账号").fill("sales1");
  await sheet.getByLabel("姓名").fill("欧阳新人");
  await choose(page, sheet.getByLabel("部门"), "华东一组");
  await choose(page, sheet.getByLabel("角色"), "销售经理");
  await sheet.getByLabel("在手上限").fill("many");
  await sheet.getByRole("button", { name: "创建" }).click();
  // What is wrong stands at its field, and nothing typed is lost.
  await expect(sheet.getByRole("alert")).toHaveCount(2);
  await expect(sheet.getByLabel("姓名")).toHaveValue("欧阳新人");
  await sheet.getByLabel("账号").fill(login);
  await sheet.getByLabel("在手上限").fill("20");
  await isWhole(page);
  await sheet.getByRole("button", { name: "创建" }).click();
  const told = page.getByRole("dialog", { name: "已创建：欧阳新人" });
  const password = await told.getByLabel("首次登录密码").textContent();
  await told.getByRole("button", { name: "打开资料" }).click();
  const drawer = page.getByRole("dialog", { name: "欧阳新人" });
  await expect(drawer.getByLabel("在手上限")).toHaveValue("20");

  const elsewhere = await (await browser.newContext({ baseURL, locale: "zh-CN" })).newPage();
  await signIn(elsewhere, login, password ?? "");
  await expect(elsewhere.getByRole("alert")).toContainText("先换成自己的密码");
  await elsewhere.getByLabel("当前密码").fill(password ?? "");
  for (const label of ["新密码", "再输一次新密码"]) {
    await elsewhere.getByLabel(label, { exact: true }).fill("own-and-long-enough");
  }
  await elsewhere.getByRole("button", { name: "修改密码" }).click();
  await expect(elsewhere.getByTitle("我的")).toBeVisible();

  // Signed out everywhere by the administrator.
  await drawer.getByRole("tab", { name: "登录与安全" }).click();
  await drawer.getByRole("button", { name: "全部退出登录" }).click();
  await page
    .getByRole("dialog", { name: "全部退出登录" })
    .getByRole("button", { name: "全部退出登录" })
    .click();
  await expect(page.getByText("已全部退出登录")).toBeVisible();
  await elsewhere.reload();
  await expect(elsewhere.getByRole("button", { name: "登录" })).toBeVisible();
  await elsewhere.context().close();
  const [, id] = /person=([\w-]+)/.exec(page.url()) ?? [];
  await putAway(page, id ?? "");
});

test("somebody leaves in one step, and what they held goes to others", async ({ page }) => {
  await signIn(page, "admin");
  const leaver = await makePerson(page, `leaver_${run}`, `离职${run}`);
  const heir = await makePerson(page, `heir_${run}`, `接手${run}`);
  const leads = [];
  for (let i = 0; i < 2; i++) {
    const phone = `138${String(Date.now() + i).slice(-8)}`;
    const made = await ask<{ id: string; version: number }>(page, "POST", "/objects/lead/records", {
      name: `交接${run}${i}`,
      phone,
      source: "website",
    });
    const { version } = await ask<{ version: number }>(
      page,
      "GET",
      `/objects/lead/records/${made.id}`,
    );
    await ask(page, "POST", `/objects/lead/records/${made.id}/assign`, {
      version,
      person: leaver.id,
    });
    leads.push(made.id);
  }
  await page.goto(`/setup/people?q=leaver_${run}`);
  await page.getByRole("button", { name: `离职${run}` }).click();
  const drawer = page.getByRole("dialog", { name: `离职${run}` });
  await drawer.getByRole("tab", { name: "离职交接" }).click();
  await expect(drawer.getByText("线索 2 条")).toBeVisible();
  await isWhole(page);
  await choose(page, drawer.getByLabel("线索"), `接手${run}`);
  await drawer.getByRole("button", { name: "停用并交接" }).click();
  const sure = page.getByRole("dialog", { name: "停用并交接" });
  await sure.getByRole("button", { name: "停用并交接" }).click();
  await expect(page.getByText("已停用，交接完成")).toBeVisible();
  for (const lead of leads) {
    const { owner } = await ask<{ owner: { id: string } }>(
      page,
      "GET",
      `/objects/lead/records/${lead}`,
    );
    expect(owner.id).toBe(heir.id);
  }
  await drawer.getByRole("button", { name: "恢复账号" }).click();
  await expect(drawer.getByRole("button", { name: "停用并交接" })).toBeVisible();
  await putAway(page, leaver.id);
  await putAway(page, heir.id);
});

test("leave is set by oneself, and why somebody sees a record is told", async ({ page }) => {
  await signIn(page, "sales7");
  await page.getByTitle("我的").click();
  await page.getByRole("link", { name: "值班与休假" }).click();
  await page.getByLabel("开始日期").fill("2031-10-01");
  await page.getByLabel(/结束日期/).fill("2031-09-01");
  // The browser itself refuses an end before the beginning; without an end it is one day.
  await page.getByLabel(/结束日期/).fill("");
  await page.getByLabel("备注").fill("国庆回家");
  await page.getByRole("button", { name: "添加休假" }).click();
  const leave = page.getByRole("list", { name: "休假" });
  await expect(leave).toContainText("2031年10月1日");
  await isWhole(page);
  await leave.getByRole("button").click();
  await expect(leave).toHaveCount(0);
  const off = page.getByRole("switch", { name: "接收自动分配" });
  await off.click();
  await expect(off).toHaveAttribute("aria-checked", "false");
  await expect(page.getByText("不在值班", { exact: true })).toBeVisible();
  await off.click();
  await expect(off).toHaveAttribute("aria-checked", "true");
});

test("an administrator sees why somebody does not see a record", async ({ page }) => {
  await signIn(page, "admin");
  const phone = `136${String(Date.now()).slice(-8)}`;
  const lead = await ask<{ id: string; version: number }>(page, "POST", "/objects/lead/records", {
    name: `核对${run}`,
    company: `核对公司${run}`,
    phone,
    source: "website",
  });
  const { items } = await ask<{ items: { id: string }[] }>(page, "GET", "/people?q=sales2");
  const { version } = await ask<{ version: number }>(
    page,
    "GET",
    `/objects/lead/records/${lead.id}`,
  );
  await ask(page, "POST", `/objects/lead/records/${lead.id}/assign`, {
    version,
    person: items[0]?.id,
  });
  await page.goto("/setup/people?q=sales1");
  await page.getByRole("button", { name: "林晓" }).click();
  const drawer = page.getByRole("dialog", { name: "林晓" });
  await drawer.getByRole("tab", { name: "权限核对" }).click();
  await choose(page, drawer.getByLabel("记录"), run);
  await expect(drawer.getByText("林晓看不到这条记录。")).toBeVisible();
  await expect(drawer.getByText("销售：本人负责的").first()).toBeVisible();
  await isWhole(page);
});

test("a department is made, moved and removed, and one with people stays", async ({ page }) => {
  await signIn(page, "admin");
  await page.goto("/setup/departments");
  const tree = page.getByRole("list", { name: "部门" });
  await expect(tree).toContainText("华东一组");
  await isWhole(page);
  await page.getByRole("button", { name: "在财务部下新建部门" }).click();
  const sheet = page.getByRole("dialog", { name: "新建部门" });
  await sheet.getByLabel("部门名称").fill(`临时${run}`);
  await sheet.getByLabel("标识").fill("Not A Key");
  await sheet.getByRole("button", { name: "创建" }).click();
  await expect(sheet.getByRole("alert")).toBeVisible();
  await sheet.getByLabel("标识").fill(`tmp_${run}`);
  await sheet.getByRole("button", { name: "创建" }).click();
  await expect(tree).toContainText(`临时${run}`);

  await page.getByRole("button", { name: `编辑部门：临时${run}` }).click();
  const edit = page.getByRole("dialog", { name: `编辑部门：临时${run}` });
  await edit.getByLabel("上级部门").selectOption({ label: "\u2003\u2003华东大区" });
  await edit.getByRole("button", { name: "保存" }).click();
  const east = await departmentOf(page, "east_sales");
  const parent = async () => {
    const { items } = await ask<{ items: { key: string; parent: string }[] }>(
      page,
      "GET",
      "/departments",
    );
    return items.find((one) => one.key === `tmp_${run}`)?.parent;
  };
  await expect.poll(parent).toBe(east);

  // By the mouse it goes elsewhere, and is taken back.
  const row = tree.getByRole("listitem").filter({ hasText: `临时${run}` });
  const grip = await row.locator("[aria-hidden]").first().boundingBox();
  const target = await tree.getByRole("listitem").filter({ hasText: "技术支持部" }).boundingBox();
  if (!grip || !target) throw new Error("nothing to drag");
  await page.mouse.move(grip.x + 8, grip.y + 8);
  await page.mouse.down();
  await page.mouse.move(grip.x + 20, grip.y + 20, { steps: 3 });
  await page.mouse.move(target.x + 200, target.y + target.height / 2, { steps: 8 });
  await page.mouse.up();
  await expect(page.getByText(`临时${run}已移动`)).toBeVisible();
  expect(await parent()).not.toBe(east);
  await page.getByRole("button", { name: "撤销" }).click();
  await expect.poll(parent).toBe(east);

  const remove = async (name: string) => {
    await page.getByRole("button", { name: `删除部门：${name}` }).click();
    const sure = page.getByRole("dialog", { name: "删除" });
    await sure.getByRole("button", { name: "删除" }).click();
    return sure;
  };
  const refused = await remove("华东一组");
  await expect(refused.getByRole("alert")).toBeVisible();
  await refused.getByRole("button", { name: "取消" }).click();
  await remove(`临时${run}`);
  await expect(tree).not.toContainText(`临时${run}`);
});
