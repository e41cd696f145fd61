import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { fakeServer, type World } from "./fakes";
import { PLAYBOOK, TIMELINE } from "./story";

const PATH = "/objects/lead/records/lead-1";

async function openTouch(page: Page, prepare?: (world: World) => void): Promise<World> {
  const world = await fakeServer(page);
  prepare?.(world);
  await page.goto("/o/lead/records/lead-1");
  await page.getByRole("button", { name: "记录跟进" }).click();
  await page.getByRole("dialog", { name: "记录跟进" }).getByRole("radio").first().waitFor();
  return world;
}

const sheet = (page: Page) => page.getByRole("dialog", { name: "记录跟进" });
const book = (page: Page) => sheet(page).getByRole("complementary", { name: "话术" });

async function fillAndSave(page: Page): Promise<void> {
  await sheet(page).getByRole("radio", { name: "电话" }).check();
  await sheet(page).getByRole("radio", { name: "有意向" }).check();
  await sheet(page).getByRole("button", { name: "记录跟进" }).click();
}

test("what is ticked goes with the touch, and only then", async ({ page }) => {
  const world = await openTouch(page);
  await expect(book(page).getByText("第一次联系 · 已用 0/3")).toBeVisible();
  // By keyboard: tick the first, unfold the objection's answer.
  await book(page).getByLabel("张洋您好").focus();
  await page.keyboard.press("Space");
  await expect(book(page).getByText("价格跟数量和交期有关。")).toBeHidden();
  await book(page).getByText("这样应答").focus();
  await page.keyboard.press("Enter");
  await expect(book(page).getByText("价格跟数量和交期有关。")).toBeVisible();
  await book(page).getByLabel("你先报个价吧。").check();
  await book(page).getByLabel("想先听您说").check();
  await book(page).getByLabel("想先听您说").uncheck();
  await expect(book(page).getByText("已用 2/3")).toBeVisible();
  await fillAndSave(page);
  await expect(sheet(page)).toBeHidden();
  expect(world.sent.at(-1)?.body).toEqual({
    version: 3,
    values: { kind: "call", outcome: "interested", next_contact_at: null, note: null },
    playbook: { key: "website", contact: "first", used: ["who", "price"] },
  });

  await page.getByRole("button", { name: "记录跟进" }).click();
  await expect(book(page).getByText("已用 0/3")).toBeVisible();
  await fillAndSave(page);
  await expect(sheet(page)).toBeHidden();
  expect(world.sent.at(-1)?.body).not.toHaveProperty("playbook");
});

test("without a playbook, or without an answer, the touch is logged all the same", async ({
  page,
}) => {
  const world = await openTouch(page, (one) =>
    one.instead.set(`GET ${PATH}/playbook`, () => ({ status: 200, body: { playbook: null } })),
  );
  await expect(book(page).getByText("这条记录没有对应的话术")).toBeVisible();
  await page.keyboard.press("Escape");
  world.instead.set(`GET ${PATH}/playbook`, () => ({
    status: 503,
    body: { code: "unavailable", status: 503, title: "数据库暂时连接不上" },
  }));
  await page.getByRole("button", { name: "记录跟进" }).click();
  await expect(book(page).getByRole("alert")).toContainText("没能加载出来");
  world.instead.delete(`GET ${PATH}/playbook`);
  await book(page).getByRole("button", { name: "重试" }).click();
  await expect(book(page).getByLabel("张洋您好")).toBeVisible();
  await fillAndSave(page);
  await expect(sheet(page)).toBeHidden();
});

test("a playbook that was published meanwhile is shown anew and ticked again", async ({ page }) => {
  const world = await openTouch(page);
  await book(page).getByLabel("张洋您好").check();
  world.instead.set(`POST ${PATH}/do/touch`, () => ({
    status: 422,
    body: {
      code: "invalid",
      status: 422,
      title: "有内容填写不正确",
      errors: [{ field: "playbook.used[0]", code: "unknown_item", message: "没有这一条" }],
    },
  }));
  const contact = { ...PLAYBOOK.contact, label: "初次联系" };
  world.instead.set(`GET ${PATH}/playbook`, () => ({
    status: 200,
    body: { playbook: { ...PLAYBOOK, contact } },
  }));
  await fillAndSave(page);
  await expect(sheet(page).getByText("话术刚刚更新过，请重新勾选后再保存")).toBeVisible();
  await expect(book(page).getByText("初次联系 · 已用 0/3")).toBeVisible();
  world.instead.delete(`POST ${PATH}/do/touch`);
  await sheet(page).getByRole("button", { name: "记录跟进" }).click();
  await expect(sheet(page)).toBeHidden();
});

test("the timeline says what was used", async ({ page }) => {
  const world = await fakeServer(page);
  const used = [{ key: "who", section: "开场", text: "张洋您好，我是陈思。" }];
  const touch = {
    ...TIMELINE.items[0],
    id: "e-touch",
    type: "lead.touch",
    record: "lead-1",
    label: "记录跟进",
    changes: {},
    why: { playbook: { label: "官网表单话术", contact: { label: "第一次联系" }, used } },
  };
  world.instead.set(`GET ${PATH}/timeline`, () => ({
    status: 200,
    body: { items: [touch], next_cursor: null },
  }));
  await page.goto("/o/lead/records/lead-1");
  await page.getByRole("tab", { name: "时间轴" }).click();
  await expect(page.getByText("官网表单话术 · 第一次联系")).toBeVisible();
  await expect(page.getByText("张洋您好，我是陈思。")).toBeVisible();
});

for (const scheme of ["light", "dark"] as const) {
  for (const width of [1280, 390]) {
    test(`the playbook has no barriers, ${scheme} at ${width} px`, async ({ page }) => {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await openTouch(page);
      if (width < 720) {
        await expect(book(page).getByLabel("张洋您好")).toBeHidden();
        await book(page).getByRole("button", { name: "官网表单话术" }).click();
      }
      await book(page).getByLabel("张洋您好").check();
      await book(page).getByText("这样应答").click();
      const found = await new AxeBuilder({ page }).include('[role="dialog"]').analyze();
      expect(found.violations).toEqual([]);
      const beyond = await sheet(page).evaluate((one) => one.scrollWidth - one.clientWidth);
      expect(beyond).toBe(0);
    });
  }
}
