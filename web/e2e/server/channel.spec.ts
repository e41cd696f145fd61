import { expect, test } from "@playwright/test";
import { ask, isWhole, signIn } from "./setup";

const PLACE = "/api/v1/definitions/channel/website";

test("a sample shows what it would become, as one types", async ({ page }) => {
  await signIn(page, "admin");
  const phone = `135${String(Date.now()).slice(-8)}`;
  await ask(page, "POST", "/objects/lead/records", {
    name: "试投原有",
    company: "试投公司",
    phone,
    source: "website",
  });
  await page.goto("/setup/channel/website");
  const payload = page.getByLabel("一条数据（JSON）");
  await payload.fill('{"name": "只有姓名"}');
  await expect(page.getByText("会被拒绝")).toBeVisible();
  await payload.fill('{"name": ');
  await expect(page.getByText("不是完整的 JSON 对象。")).toBeVisible();
  await payload.fill(
    `{"name": "张试投", "phone": "${phone}", "budget": "一大笔", "his_shop": "三号店"}`,
  );
  await expect(page.getByText("会并入已有的线索")).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: "三号店" })).toBeVisible();
  await isWhole(page);
});

test("a map turns foreign names into fields, and a key is made for the sender", async ({
  page,
  request,
}) => {
  const key = `partner_${Date.now().toString(36)}`;
  await signIn(page, "admin");
  try {
    await page.goto(`/setup/channel/${key}?label=合作伙伴`);
    await page.getByRole("combobox", { name: "对象" }).selectOption({ label: "线索" });
    await page.getByRole("button", { name: /^联系方式/ }).click();
    await page.getByRole("dialog", { name: "联系方式" }).getByLabel("电话").check();
    await page.keyboard.press("Escape");
    const add = page.getByRole("combobox", { name: "添加字段…" });
    await add.selectOption({ label: "电话" });
    await page.getByLabel("位置：电话").fill("data.tel | data.mobile");
    await add.selectOption({ label: "联系人" });
    await page.getByLabel("位置：联系人").fill("data.who");
    await add.selectOption({ label: "来源" });
    await page.getByLabel("取值方式：来源").selectOption("value");
    await page.getByLabel("来源", { exact: true }).selectOption({ label: "转介绍" });
    await page.getByRole("button", { name: "生成接入密钥" }).click();
    const secret = (await page.getByLabel("接入密钥", { exact: true }).textContent()) ?? "";
    const phone = `134${String(Date.now()).slice(-8)}`;
    await page
      .getByLabel("一条数据（JSON）")
      .fill(`{"data": {"who": "王映射", "mobile": "${phone}"}, "shop": 7}`);
    await expect(page.getByText("会新建一条线索")).toBeVisible();
    await expect(page.getByRole("definition").filter({ hasText: "王映射" })).toBeVisible();
    // The draft was kept meanwhile; what is shown once is still there.
    await expect(page.getByText(/草稿，发布后才生效/)).toBeVisible();
    await expect(page.getByLabel("接入密钥", { exact: true })).toHaveText(secret);
    await isWhole(page);
    const drafted = async () => {
      const { draft } = await ask<{ draft: { body: Record<string, unknown> } | null }>(
        page,
        "GET",
        `/definitions/channel/${key}`,
      );
      return draft?.body;
    };
    await expect
      .poll(async () => (await drafted())?.map)
      .toEqual({
        phone: ["data.tel", "data.mobile"],
        name: "data.who",
        source: { value: "referral" },
      });
    await expect.poll(async () => typeof (await drafted())?.key_hash).toBe("string");
    await ask(page, "POST", "/definitions/publish", { items: [{ kind: "channel", key }] });
    const answer = await request.post(`/api/v1/intake/${key}`, {
      headers: { "Closeloop-Intake-Key": secret },
      data: { data: { who: "王映射", tel: phone } },
    });
    expect(answer.status(), await answer.text()).toBe(201);
  } finally {
    await page.request.delete(`/api/v1/definitions/channel/${key}`);
    await page.request.post("/api/v1/definitions/publish", {
      data: { items: [{ kind: "channel", key }] },
    });
  }
});

test("the hosted form is changed and seen as it is in force", async ({ page }) => {
  await signIn(page, "admin");
  try {
    await page.goto("/setup/channel/website");
    const preview = page.frameLocator("iframe");
    await expect(preview.getByRole("button", { name: "提交" })).toBeVisible();
    await page.getByLabel("按钮（中文）").fill("马上咨询");
    const body = async () =>
      (
        await ask<{ draft: { body: { form: Record<string, object> } } | null }>(
          page,
          "GET",
          "/definitions/channel/website",
        )
      ).draft?.body;
    await expect
      .poll(async () => (await body())?.form.button)
      .toMatchObject({
        "zh-CN": "马上咨询",
      });
    // All the rest of the form is as it was.
    expect((await body())?.form).toMatchObject({
      measured: { seconds: "page_seconds", utm_campaign: "campaign" },
    });
    await expect(page.getByLabel("嵌入代码")).toContainText("/intake/website/embed.js");
  } finally {
    await page.request.delete(`${PLACE}/draft`);
  }
});

test("secrets are kept and never shown again: a signature's, Geetest's", async ({ page }) => {
  const run = Date.now().toString(36);
  const [signed, hosted] = [`signed_${run}`, `hosted_${run}`];
  const common = { on: "lead", contact: ["phone"], defaults: { source: "website" } };
  const items = [signed, hosted].map((key) => ({ kind: "channel", key }));
  await signIn(page, "admin");
  await ask(page, "PUT", `/definitions/channel/${signed}`, {
    body: { channel: signed, label: { "zh-CN": "签名渠道" }, ...common, signature: {} },
  });
  await ask(page, "PUT", `/definitions/channel/${hosted}`, {
    body: {
      ...{ channel: hosted, label: { "zh-CN": "极验渠道" }, ...common },
      form: {
        ...{ title: { "zh-CN": "留言" }, captcha: "geetest", geetest: "0".repeat(32) },
        fields: [{ field: "phone", required: true }],
      },
    },
  });
  await ask(page, "POST", "/definitions/publish", { items });
  try {
    await page.goto(`/setup/channel/${signed}`);
    await page.getByRole("button", { name: "生成签名密钥" }).click();
    const asks = page.getByRole("dialog", { name: "生成签名密钥" });
    await asks.getByRole("button", { name: "生成签名密钥" }).click();
    const shown = page.getByLabel("签名密钥", { exact: true });
    await expect(shown).toHaveText(/^\S{32,}$/);
    const secret = (await shown.textContent())!;
    await page.reload();
    await expect(page.getByRole("button", { name: "生成签名密钥" })).toBeVisible();
    expect(await page.content()).not.toContain(secret);

    await page.goto(`/setup/channel/${hosted}`);
    const key = page.getByLabel("极验 Key");
    await key.fill("geetest-key-of-ours");
    await page.getByRole("button", { name: "保存", exact: true }).click();
    await expect(page.getByText("极验 Key 已保存")).toBeVisible();
    await expect(key).toHaveValue("");
    await isWhole(page);
    for (const one of [signed, hosted]) {
      const told = JSON.stringify(await ask(page, "GET", `/definitions/channel/${one}`));
      expect(told).not.toContain(secret);
      expect(told).not.toContain("geetest-key-of-ours");
    }
  } finally {
    for (const { key } of items) await page.request.delete(`/api/v1/definitions/channel/${key}`);
    await page.request.post("/api/v1/definitions/publish", { data: { items } });
  }
});
