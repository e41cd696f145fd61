import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@playwright/test";
import { ask, isWhole, signIn } from "./setup";

test("a token is made, lets a program read and no more, and is revoked", async ({
  page,
  playwright,
  baseURL,
}) => {
  const name = `官网同步 ${Date.now()}`;
  await signIn(page, "admin");
  await page.goto("/setup/tokens");
  await page.getByRole("button", { name: "新建令牌" }).click();
  const sheet = page.getByRole("dialog", { name: "新建令牌" });
  await sheet.getByLabel("名称").fill(name);
  await sheet.getByRole("button", { name: "创建" }).click();
  await expect(sheet.getByRole("alert")).toBeVisible();
  await sheet.getByRole("combobox", { name: "线索" }).selectOption("read");
  await isWhole(page);
  await sheet.getByRole("button", { name: "创建" }).click();
  const made = page.getByRole("dialog", { name: `令牌已创建：${name}` });
  const secret = (await made.getByLabel("令牌", { exact: true }).textContent()) ?? "";
  await made.getByRole("button", { name: "我已保存" }).click();
  await expect(page.getByRole("row", { name })).toContainText("查看线索");

  const program = await playwright.request.newContext({
    baseURL,
    extraHTTPHeaders: { Authorization: `Bearer ${secret}` },
  });
  expect((await program.get("/api/v1/objects/lead/records")).status()).toBe(200);
  const written = await program.post("/api/v1/objects/lead/records", { data: { name: "x" } });
  expect(written.status()).toBe(403);

  await page.getByRole("button", { name: `吊销令牌：${name}` }).click();
  await page.getByRole("dialog", { name: "吊销" }).getByRole("button", { name: "吊销" }).click();
  await expect(page.getByRole("row", { name })).toHaveCount(0);
  expect((await program.get("/api/v1/objects/lead/records")).status()).toBe(401);

  await page.goto("/setup/audit");
  await page.getByLabel("事件").selectOption({ label: "吊销访问令牌" });
  await expect(page.getByRole("table", { name: "审计记录" })).toContainText("吊销访问令牌");
  await expect(page.getByRole("table", { name: "审计记录" })).not.toContainText("登录失败");
  await isWhole(page);
});

test("what a webhook was sent is listed, and sent again", async ({ page }) => {
  const receiver = createServer((_, answer) => void answer.writeHead(204).end());
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const key = `hook_${Date.now().toString(36)}`;
  await signIn(page, "admin");
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/in`;
  const label = { "zh-CN": `推送${key}`, "en-US": key };
  const body = { webhook: key, on: "todo", label, url, events: ["created"] };
  const items = [{ kind: "webhook", key }];
  try {
    await ask(page, "PUT", `/definitions/webhook/${key}`, { body });
    await ask(page, "POST", "/definitions/publish", { items });
    await page.goto("/setup/webhooks");
    await page.getByRole("button", { name: `生成新密钥：推送${key}` }).click();
    await page
      .getByRole("dialog", { name: "生成新密钥" })
      .getByRole("button", { name: "生成新密钥" })
      .click();
    await expect(page.getByLabel("签名密钥")).toBeVisible();
    await page.getByRole("button", { name: "我已保存" }).click();
    await expect(page.getByRole("row", { name: `推送${key}` })).toContainText("生成");
    await isWhole(page);
    await ask(page, "POST", "/objects/todo/records", { title: `推送${key}` });
    await page.goto(`/setup/deliveries?webhook=${key}`);
    const log = page.getByRole("table", { name: "推送记录" });
    await expect(async () => {
      await page.reload();
      await expect(log).toContainText(`推送${key}`, { timeout: 3_000 });
    }).toPass({ timeout: 30_000 });
    await isWhole(page);
    await page.getByRole("button", { name: /重发给/ }).click();
    await expect(page.getByText("已重新排队")).toBeVisible();
  } finally {
    await page.request.delete(`/api/v1/definitions/webhook/${key}`);
    await page.request.post("/api/v1/definitions/publish", { data: { items } });
    receiver.close();
  }
});

test("the audit trail says what was changed in words", async ({ page }) => {
  await signIn(page, "admin");
  const login = `trail${Date.now()}`;
  const { items } = await ask<{ items: { id: string; name: string }[] }>(
    page,
    "GET",
    "/departments",
  );
  const { id } = await ask<{ id: string }>(page, "POST", "/people", {
    ...{ login, name: "审计对象", roles: ["sales"], departments: [items[0]!.id], on_duty: false },
  });
  await page.goto(`/setup/audit?type=person.created&person=${id}`);
  const row = page.getByRole("table", { name: "审计记录" }).getByRole("row").nth(1);
  for (const [name, value] of [
    ["账号", login],
    ["角色", "销售"],
    ["部门", items[0]!.name],
    ["接收自动分配", "否"],
  ]) {
    await expect(row.getByRole("term").filter({ hasText: name })).toBeVisible();
    await expect(row.getByRole("definition").filter({ hasText: value })).not.toHaveCount(0);
  }
  await ask(page, "POST", `/people/${id}/deactivate`, {});
});
