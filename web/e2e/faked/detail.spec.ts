import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { fakeServer, type World } from "./fakes";
import { OUTLOOKS, TIMELINE } from "./story";

const PATH = "/objects/lead/records/lead-1";

async function openLead(page: Page, prepare: (world: World) => void = () => {}): Promise<World> {
  const world = await fakeServer(page);
  prepare(world);
  await page.goto("/o/lead/records/lead-1");
  await page.getByLabel("联系人").last().waitFor();
  return world;
}

function answerWith(world: World, path: string, body: unknown): void {
  world.instead.set(`GET ${PATH}${path}`, () => ({ status: 200, body }));
}

/** The list behind the record asks for its totals in between. */
function lastTo(world: World, path: string) {
  return world.sent.findLast((one) => one.path.endsWith(path));
}

const drawer = (page: Page) => page.getByRole("dialog", { name: "线索详情" });
const ALIKE = {
  items: [
    {
      object: "lead",
      id: "lead-2",
      label: "另一条",
      owner: { id: "person-2", label: "周航" },
      by: "phone",
    },
    {
      object: "lead",
      id: null,
      label: null,
      owner: { id: "person-3", label: "林晓" },
      by: "email",
    },
  ],
  more: false,
};

test("only what may be done now is offered, what waits says for what", async ({ page }) => {
  await openLead(page, (world) =>
    answerWith(world, "/operations", {
      version: 3,
      items: [
        OUTLOOKS.items[0],
        {
          name: "discard",
          label: "废弃",
          allowed: false,
          code: "operation_unmet",
          reason: "还不能这样做",
          unmet: [{ kind: "expression", label: "先记录一次跟进" }],
        },
      ],
    }),
  );
  await expect(page.getByRole("button", { name: "记录跟进" })).toBeVisible();
  await expect(page.getByRole("button", { name: "废弃", exact: true })).toHaveCount(0);
  await drawer(page).getByRole("button", { name: "更多", exact: true }).click();
  await expect(page.getByRole("dialog", { name: "更多" })).toContainText("废弃先记录一次跟进");
});

test("what doesn't fit the record isn't there at all, and what changes is asked anew", async ({
  page,
}) => {
  let first = true;
  const refused = { allowed: false, code: "operation_not_now", reason: "现在不能", unmet: [] };
  await openLead(page, (world) =>
    world.instead.set(`GET ${PATH}/operations`, () => {
      const items = OUTLOOKS.items.map((one) =>
        one.name === "discard" && first ? { ...one, ...refused } : one,
      );
      return { status: 200, body: { version: 3, items } };
    }),
  );
  await expect(page.getByRole("button", { name: "记录跟进" })).toBeVisible();
  await expect(page.getByText("废弃", { exact: true })).toHaveCount(0);
  first = false;
  await page.getByLabel("联系人").last().fill("李雷");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("button", { name: "废弃", exact: true })).toBeVisible();
});

test("a saved edit can be taken back", async ({ page }) => {
  const world = await openLead(page);
  const before = world.leads[0]?.name;
  world.instead.set(`PATCH ${PATH}`, () => ({
    status: 200,
    body: { ...world.leads[0], version: 4 },
  }));
  await page.getByLabel("联系人").last().fill("李雷");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "撤销", exact: true }).click();
  await expect(page.getByText("已撤销")).toBeVisible();
  expect(lastTo(world, PATH)?.body).toEqual({ version: 4, name: before });
});

test("the keyboard goes from record to record, into the form and out", async ({ page }) => {
  await openLead(page);
  await expect(page.getByTitle("下一条（J）")).toBeVisible();
  await page.keyboard.press("j");
  await expect(page).toHaveURL(/records\/lead-2$/);
  await page.keyboard.press("k");
  await expect(page).toHaveURL(/records\/lead-1$/);
  await page.getByRole("tab", { name: "时间轴" }).click();
  await page.keyboard.press("e");
  await expect(page.getByLabel("公司").last()).toBeFocused();
  // A key that is typed is a letter and nothing else.
  await page.keyboard.press("j");
  await expect(page).toHaveURL(/records\/lead-1$/);
  await expect(page.getByLabel("公司").last()).toHaveValue(/j/);
  await page.getByRole("button", { name: "撤销修改" }).click();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/\/o\/lead$/);
});

test("the form shows its core fields, the rest is folded", async ({ page }) => {
  await openLead(page);
  const facts = page.getByRole("tabpanel", { name: "资料" });
  await expect(facts.getByLabel("来源")).toBeVisible();
  await expect(facts.getByLabel("备注")).toHaveCount(0);
  await facts.getByRole("button", { name: /^更多/ }).click();
  await expect(facts.getByLabel("备注")).toBeVisible();
});

test("a moment is picked by keyboard in a field that is light until then", async ({ page }) => {
  const world = await openLead(page);
  await page.getByRole("button", { name: /^更多/ }).last().click();
  const field = page.getByLabel("下次联系").last();
  await field.focus();
  await expect(page.locator(".ant-picker input").last()).toBeFocused();
  await page.keyboard.press("Control+A");
  await page.keyboard.type("2026-12-24 15:30");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("status").getByText("已保存")).toBeVisible();
  expect(lastTo(world, PATH)?.body).toMatchObject({ next_contact_at: "2026-12-24T07:30:00.000Z" });
});

test("a key closes the calendar and not the form; what was typed is given up only when asked", async ({
  page,
}) => {
  await openLead(page);
  await page.getByRole("button", { name: "记录跟进" }).click();
  const sheet = page.getByRole("dialog", { name: "记录跟进" });
  await sheet.getByRole("button", { name: "3 天后 9:00" }).click();
  await sheet.getByLabel("下次联系").click();
  await expect(page.locator(".ant-picker-dropdown")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator(".ant-picker-dropdown")).toBeHidden();
  await expect(sheet).toBeVisible();

  const question = page.getByRole("dialog", { name: "还有修改没保存" });
  await page.keyboard.press("Escape");
  await question.getByRole("button", { name: "继续编辑" }).click();
  await expect(question).toBeHidden();
  const chosen = sheet.getByRole("button", { name: "3 天后 9:00", pressed: true });
  await expect(chosen).toBeVisible();
  await sheet.getByRole("button", { name: "取消" }).click();
  await question.getByRole("button", { name: "放弃修改" }).click();
  await expect(sheet).toBeHidden();
  // Nothing was typed: nothing is asked.
  await page.getByRole("button", { name: "记录跟进" }).click();
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
});

test("going back under a half-filled form asks first", async ({ page }) => {
  await fakeServer(page);
  await page.goto("/o/lead");
  await page.getByRole("button", { name: "新建线索" }).click();
  const sheet = page.getByRole("dialog", { name: "新建线索" });
  await sheet.getByLabel("公司").fill("写到一半");
  await page.goBack();
  await page.getByRole("button", { name: "继续编辑" }).click();
  await expect(sheet.getByLabel("公司")).toHaveValue("写到一半");
  await page.goBack();
  await page.getByRole("button", { name: "放弃修改" }).click();
  await expect(sheet).toBeHidden();
  await expect(page).toHaveURL(/\/o\/lead$/);
});

test.describe("by finger", () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });

  test("the next contact is one tap, or the device's own calendar", async ({ page }) => {
    const world = await openLead(page);
    await page.getByRole("button", { name: "记录跟进" }).tap();
    const sheet = page.getByRole("dialog", { name: "记录跟进" });
    await sheet.getByRole("button", { name: "明天 9:00" }).tap();
    const field = sheet.getByLabel("下次联系");
    await expect(field).toHaveAttribute("type", "datetime-local");
    await expect(field).toHaveValue(/T09:00$/);
    await field.fill("2026-12-24T15:30");
    await expect(sheet.getByRole("button", { pressed: true })).toHaveCount(0);
    for (const group of await sheet.getByRole("radiogroup", { name: /方式|结果/ }).all()) {
      await group.getByRole("radio").first().check();
    }
    await sheet.getByRole("button", { name: "记录跟进" }).tap();
    await expect(sheet).toBeHidden();
    expect(lastTo(world, "/do/touch")?.body).toMatchObject({
      values: { next_contact_at: "2026-12-24T07:30:00.000Z" },
    });
  });
});

test("the stage says for how long, and why is told down to the reckoning", async ({ page }) => {
  await openLead(page);
  await expect(page.getByTitle(/已停留 3 天/)).toBeVisible();
  await page.getByRole("tab", { name: "为什么" }).click();
  const why = page.getByRole("tabpanel", { name: "为什么" });
  await expect(why.getByText("还差：行业")).toBeVisible();
  await why.getByText("到期时间怎么算出来的").click();
  await expect(why.getByRole("table", { name: "计时依据" })).toBeVisible();
  await expect(why.getByText(/^目标 .+按“值班时间”计/)).toBeVisible();
});

test("the timeline is narrowed by kind and says what was said", async ({ page }) => {
  const kinds: (string | null)[] = [];
  const touch = { ...TIMELINE.items[0], why: { input: { kind: "call", note: "下周看样机" } } };
  await openLead(page, (world) =>
    world.instead.set(`GET ${PATH}/timeline`, (_, query) => {
      kinds.push(query.get("kind"));
      return { status: 200, body: { items: [touch], next_cursor: null } };
    }),
  );
  await page.getByRole("tab", { name: "时间轴" }).click();
  await expect(page.getByText("下周看样机")).toBeVisible();
  await page.getByRole("button", { name: "跟进", exact: true }).click();
  await expect.poll(() => kinds.at(-1)).toBe("work");
});

test("who had it before is told with the reason", async ({ page }) => {
  await openLead(page);
  await page.getByRole("tab", { name: "归属" }).click();
  const people = page.getByRole("tabpanel", { name: "归属" });
  await expect(people.getByText("客户要求换人对接")).toBeVisible();
  await expect(people.getByText("按“线上线索轮转” · 新线索")).toBeVisible();
});

async function openMerge(page: Page): Promise<World> {
  const world = await openLead(page, (world) => answerWith(world, "/duplicates", ALIKE));
  await expect(page.getByText("林晓名下有一条（无权查看）")).toBeVisible();
  await page.getByRole("button", { name: "对比合并" }).click();
  await page.getByRole("heading", { name: "合并后会怎样" }).waitFor();
  return world;
}

const merging = (page: Page) => page.getByRole("dialog", { name: "合并线索" });

test("two records are made one: which stays, and each value, is chosen", async ({ page }) => {
  const world = await openMerge(page);
  const sheet = merging(page);
  const [first, second] = world.leads;
  // The older one stays unless it is said otherwise.
  await expect(sheet.getByRole("radio", { name: second?.company }).first()).toBeChecked();
  await sheet.getByRole("group", { name: "城市" }).getByRole("radio").first().check();
  await sheet.getByRole("button", { name: "合并", exact: true }).click();
  await expect(sheet).toBeHidden();
  expect(lastTo(world, "/merge")).toMatchObject({
    path: "/objects/lead/records/lead-2/merge",
    body: { other: "lead-1", version: 3, other_version: 3, values: { city: first?.city } },
  });
  await expect(page).toHaveURL(/records\/lead-2$/);
});

test("a record that was changed meanwhile is looked at once more, with the choices kept", async ({
  page,
}) => {
  const world = await openMerge(page);
  const sheet = merging(page);
  world.instead.set("POST /objects/lead/records/lead-2/merge", () => ({
    status: 409,
    body: { code: "version_conflict", status: 409 },
  }));
  await sheet.getByRole("group", { name: "城市" }).getByRole("radio").first().check();
  world.leads[1] = { ...world.leads[1]!, version: 4 };
  await sheet.getByRole("button", { name: "合并", exact: true }).click();
  await expect(sheet.getByRole("alert")).toContainText("已换成最新内容");
  await expect(sheet.getByRole("group", { name: "城市" }).getByRole("radio").first()).toBeChecked();
  world.instead.delete("POST /objects/lead/records/lead-2/merge");
  await sheet.getByRole("button", { name: "合并", exact: true }).click();
  await expect(sheet).toBeHidden();
  expect(lastTo(world, "/merge")?.body).toMatchObject({ version: 4 });
});

for (const scheme of ["light", "dark"] as const) {
  for (const width of [1440, 390]) {
    test(`the record has no barriers, ${scheme} at ${width} px`, async ({ page }) => {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await openLead(page, (world) => answerWith(world, "/duplicates", ALIKE));
      const clean = async (within: string) => {
        const found = await new AxeBuilder({ page }).include(within).analyze();
        expect(found.violations).toEqual([]);
        const beyond = await page.evaluate(
          () => document.documentElement.scrollWidth - window.innerWidth,
        );
        expect(beyond).toBeLessThanOrEqual(0);
      };
      for (const tab of ["时间轴", "归属", "为什么", "资料"]) {
        await page.getByRole("tab", { name: tab }).click();
        await expect(page.getByRole("tabpanel", { name: tab }).getByRole("status")).toHaveCount(0);
        await clean('[role="dialog"]');
      }
      await page.getByRole("button", { name: "对比合并" }).click();
      await page.getByRole("heading", { name: "合并后会怎样" }).waitFor();
      await clean('[role="dialog"]:last-of-type');
      if (width < 720) {
        const [first, second] = await merging(page)
          .getByRole("group", { name: "城市" })
          .locator("label")
          .all();
        const [upper, lower] = [await first?.boundingBox(), await second?.boundingBox()];
        expect(upper!.y + upper!.height).toBeLessThanOrEqual(lower!.y);
        expect(upper!.height).toBeGreaterThanOrEqual(44);
      }
    });
  }
}
