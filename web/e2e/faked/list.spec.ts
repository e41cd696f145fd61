import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { catalogIn, leads } from "./company";
import { fakeServer } from "./fakes";

test("a stranger is asked to sign in and comes where they wanted to go", async ({ page }) => {
  const world = await fakeServer(page, { signedIn: false });
  await page.goto("/o/lead/records/lead-2");
  await page.getByLabel("账号").fill("sales1");
  await page.getByLabel("密码").fill("closeloop-demo");
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page.getByRole("heading", { name: "厦门瑞凯电子商务有限公司" })).toBeVisible();
  expect(world.sent[0]?.body).toEqual({ login: "sales1", password: "closeloop-demo" });
});

test("a wrong password is said, the page stays", async ({ page }) => {
  const world = await fakeServer(page, { signedIn: false });
  world.instead.set("POST /session", () => ({ status: 401, body: { code: "bad_credentials" } }));
  await page.goto("/sign-in");
  await page.getByLabel("账号").fill("sales1");
  await page.getByLabel("密码").fill("wrong");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toHaveText("账号或密码不对，请再试一次");
});

test("filters read as words and ask the server in its language", async ({ page }) => {
  const world = await fakeServer(page);
  await page.goto("/o/lead");
  await page.getByRole("button", { name: "筛选", exact: true }).click();
  await page.getByRole("dialog", { name: "筛选" }).getByRole("button", { name: "来源" }).click();
  await page.getByLabel("官网表单").check();
  await page.getByLabel("展会扫码").check();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: /来源 是 ?官网表单、展会扫码/ })).toBeVisible();
  await expect
    .poll(() => world.asked.at(-1)?.get("filter"))
    .toBe('(source == "website" or source == "expo")');
  await page.getByRole("tab", { name: "我的" }).click();
  await expect
    .poll(() => world.asked.at(-1)?.get("filter"))
    .toBe('(owner == me) and (source == "website" or source == "expo")');
  // The address holds it all: another person may open it, and going back undoes it.
  await page.goBack();
  await expect(page.getByRole("tab", { name: "全部" })).toHaveAttribute("aria-selected", "true");
  await page.getByRole("button", { name: "去掉筛选：来源" }).click();
  await expect(page).toHaveURL(/\/o\/lead$/);
});

test("the list works without a mouse, and gives the focus back", async ({ page }) => {
  await fakeServer(page);
  await page.goto("/o/lead");
  const rows = page.getByRole("grid").locator("[data-row]");
  await rows.first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(rows.nth(2)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/records\/lead-3/);
  await expect(page.getByRole("heading", { name: "成都恒锐智能装备有限公司" })).toBeVisible();
  for (let i = 0; i < 25; i++) await page.keyboard.press("Tab");
  const inside = await page.evaluate(() =>
    Boolean(document.activeElement?.closest('[role="dialog"]')),
  );
  expect(inside).toBe(true);
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/\/o\/lead$/);
  await expect(page.locator('[data-row="lead-3"]')).toBeFocused();
  await page.keyboard.press("End");
  await expect(page.locator('[data-row="lead-50"]')).toBeFocused();
});

test("nothing, nothing found, an error with a retry", async ({ page }) => {
  const world = await fakeServer(page, { leads: [] });
  await page.goto("/o/lead");
  await expect(page.getByRole("heading", { name: "还没有线索" })).toBeVisible();
  await page.getByRole("searchbox").fill("不存在");
  await expect(page.getByRole("heading", { name: "没有符合条件的线索" })).toBeVisible();
  expect(world.asked.at(-1)?.get("q")).toBe("不存在");

  world.instead.set("GET /objects/lead/records", () => ({
    status: 422,
    body: { status: 422, code: "bad_expression", title: "", detail: "第 3 个字处看不懂" },
  }));
  await page.getByRole("tab", { name: "我的" }).click();
  await expect(page.getByRole("alert")).toContainText("第 3 个字处看不懂");
  world.instead.clear();
  world.leads = leads(5);
  await page.getByRole("button", { name: "重试" }).click();
  await expect(page.locator("[data-row]")).toHaveCount(5);
});

test("a flood of events asks for the page about once a second and lights the new row", async ({
  page,
}) => {
  const flood = Array.from({ length: 300 }, (_, i) => ({
    event: "record",
    data: { object: "lead", id: `new-${i}`, version: 1, event: "record.created" },
  }));
  const world = await fakeServer(page, {
    stream: flood,
    streamAfter: page.locator("[data-row]").first().waitFor(),
  });
  let asked = 0;
  world.instead.set("GET /objects/lead/records", () => {
    const arrived = asked++ > 0 ? [{ ...world.leads[0], id: "new-1", company: "新来的公司" }] : [];
    return { status: 200, body: { items: [...arrived, ...world.leads], total: 51 } };
  });
  await page.goto("/o/lead");
  const row = page.locator("[data-row]").filter({ hasText: "新来的公司" });
  await expect(row).toHaveClass(/fresh/);
  await page.waitForTimeout(1_500);
  expect(asked).toBeLessThanOrEqual(4);
});

test("an open page shows what somebody else has just published", async ({ page }) => {
  const releases = [1, 2].map((release) => ({ event: "release", data: { release } }));
  const world = await fakeServer(page, {
    stream: releases,
    streamAfter: page.locator("[data-row]").first().waitFor(),
  });
  let asked = 0;
  world.instead.set("GET /catalog", () => {
    const [lead, ...others] = catalogIn("zh-CN").objects;
    const published = { ...lead, label_plural: "新线索" };
    const now = { version: 2, objects: [published, ...others] };
    return { status: 200, body: { ...catalogIn("zh-CN"), ...(asked++ > 0 && now) } };
  });
  await page.goto("/o/lead");
  await expect(page.getByRole("heading", { name: "新线索" })).toBeVisible();
  // The release that the page has already is nothing new.
  expect(asked).toBe(2);
});

test("own columns are kept for the view", async ({ page }) => {
  await fakeServer(page);
  await page.goto("/o/lead");
  await page.getByRole("button", { name: "显示列" }).click();
  await page.getByRole("checkbox", { name: "城市" }).click();
  await page.getByRole("checkbox", { name: "联系人" }).click();
  await page.keyboard.press("Escape");
  await page.reload();
  await expect(page.getByRole("columnheader", { name: "城市" })).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "联系人" })).toHaveCount(0);
});

for (const scheme of ["light", "dark"] as const) {
  for (const width of [1440, 390]) {
    test(`no accessibility fault, ${scheme}, ${width} px`, async ({ page }) => {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await fakeServer(page);
      const check = async () => {
        const found = await new AxeBuilder({ page })
          .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"])
          .analyze();
        const told = found.violations.map(
          (one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join("\n  ")}`,
        );
        expect(told).toEqual([]);
      };
      await page.goto("/o/lead");
      await page.getByText("深圳云启精密机械有限公司").first().waitFor();
      await check();
      await page.goto("/o/lead/records/lead-1");
      await page.getByLabel("联系人").last().waitFor();
      await check();
      await page.getByRole("tab", { name: "为什么" }).click();
      await page.getByText("分配给了陈思").waitFor();
      await check();
      await page.goto("/notices");
      await page.getByText("首次触达已超时").first().waitFor();
      await check();
    });
  }
}

test("on a phone: cards, bottom tabs, targets of 44 px, nothing wider than the screen", async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await fakeServer(page);
  await page.goto("/o/lead");
  const card = page.getByRole("link", { name: /厦门瑞凯电子商务有限公司/ }).first();
  await expect(card).toBeVisible();
  await expect(page.getByRole("grid")).toHaveCount(0);
  const small = await page
    .locator("main button:visible, nav a:visible, nav button:visible")
    .evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height < 44).length);
  expect(small).toBe(0);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(wider).toBe(false);
  await card.click();
  await expect(page.getByRole("dialog", { name: "线索详情" })).toBeVisible();
});
