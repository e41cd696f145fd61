/** What people see is set up without a line of text: a view of a list, the options of a choice; a delivery in words. */
import { expect, test } from "@playwright/test";
import { API, ask, isWhole, signIn } from "./setup";

/** Nothing of it is left, whether it was published or is a draft still. */
async function removed(page: Parameters<typeof signIn>[0], kind: string, key: string) {
  await page.request.delete(`${API}/definitions/${kind}/${key}/draft`);
  const answer = await page.request.delete(`${API}/definitions/${kind}/${key}`);
  if (!answer.ok()) return;
  await ask(page, "POST", "/definitions/publish", { items: [{ kind, key }] });
}

test("a view is made by its form, stands with those of its object, and is over the list at once", async ({
  page,
}) => {
  const name = `大单${Date.now()}`;
  await signIn(page, "director");
  await page.goto("/setup/view");
  await expect(page).toHaveTitle(/^列表视图 · /);
  const deals = page.getByRole("region", { name: "商机", exact: true });
  await expect(deals.getByRole("link").first()).toBeVisible();
  await page.getByRole("button", { name: "新建", exact: true }).click();
  const begin = page.getByRole("dialog", { name: "新建 · 列表视图" });
  await begin.getByLabel("名称").fill(name);
  await expect(begin.getByLabel("标识")).not.toHaveValue("");
  const key = await begin.getByLabel("标识").inputValue();
  await begin.getByRole("button", { name: "下一步" }).click();
  try {
    await page.getByLabel("对象", { exact: true }).selectOption({ label: "商机" });
    await page.getByLabel("按哪个字段").selectOption({ label: "金额" });
    await page.getByLabel("添加列…").selectOption({ label: "金额" });
    await page.getByLabel("添加列…").selectOption({ label: "负责人" });
    await page.getByRole("button", { name: "上移：负责人" }).click();
    await expect(page.locator("aside [data-state]")).toContainText("已存为草稿");
    await isWhole(page);
    await page.getByRole("button", { name: "发布", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "发布给所有人" }).click();
    await expect(page.getByText("已发布", { exact: true })).toBeVisible();
    const { body } = await ask<{ body: object }>(page, "GET", `/definitions/view/${key}`);
    expect(body).toMatchObject({
      on: "opportunity",
      sort: "-amount",
      columns: ["owner", "amount"],
    });
    await page.goto("/setup/view");
    await expect(deals.getByRole("link", { name })).toBeVisible();
    await isWhole(page);
    await page.goto("/o/opportunity");
    await expect(page.getByText(name)).toBeVisible();
  } finally {
    await removed(page, "view", key);
  }
});

test("an option that is in force is retired when it is taken away, which can be insisted on", async ({
  page,
}) => {
  const key = `ways_${Date.now()}`;
  await signIn(page, "admin");
  const values = { fax: { "zh-CN": "传真" }, call: { "zh-CN": "来电" } };
  await ask(page, "PUT", `/definitions/options/${key}`, {
    body: { options: key, label: { "zh-CN": "进来的方式" }, values },
  });
  await ask(page, "POST", "/definitions/publish", { items: [{ kind: "options", key }] });
  try {
    await page.goto(`/setup/options/${key}`);
    await page.getByRole("button", { name: "删除：传真" }).click();
    await expect(page.getByLabel("停用“传真”")).toBeChecked();
    await expect(page.getByText("“传真”可能有记录在用")).toBeVisible();
    await isWhole(page);
    await page.getByRole("button", { name: "仍然删除" }).click();
    await expect(page.getByLabel("停用“传真”")).toHaveCount(0);
  } finally {
    await removed(page, "options", key);
  }
});

test("a delivery says what it tells and leads to the record", async ({ page }) => {
  const key = `told_${Date.now()}`;
  const company = `0推送${Date.now()}`;
  await signIn(page, "admin");
  await ask(page, "PUT", `/definitions/webhook/${key}`, {
    body: {
      ...{ webhook: key, label: { "zh-CN": "外部系统" }, on: "lead", events: "created" },
      url: "https://example.com/hook",
    },
  });
  await ask(page, "POST", "/definitions/publish", { items: [{ kind: "webhook", key }] });
  const lead = await ask<{ id: string }>(page, "POST", "/objects/lead/records", {
    ...{ company, source: "expo" },
  });
  try {
    await page.goto(`/setup/deliveries?webhook=${key}`);
    await expect(page.getByText("record.created")).toHaveCount(0);
    await isWhole(page);
    await page.getByRole("link", { name: "线索 · 创建" }).click();
    await expect(page.getByRole("dialog").getByRole("heading", { name: company })).toBeVisible();
    await expect(page).toHaveTitle(new RegExp(`^${company} · `));
  } finally {
    await ask(page, "DELETE", `/objects/lead/records/${lead.id}`);
    await removed(page, "webhook", key);
  }
});
