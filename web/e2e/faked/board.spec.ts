import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { catalogIn, iso, leads, PEOPLE, type Lead } from "./company";
import { fakeServer, type World } from "./fakes";

const LIGHTS = [
  { key: "overdue", label: "首次触达超时", color: "red" },
  { key: "waiting", label: "待首次触达", color: "amber" },
  { key: "well", label: "跟进正常", color: "green" },
];
const MADE = leads(5);
const FIRST = MADE[0]?.company as string;

/** Who holds which lead; null is nobody. The last lead stands well, the others wait. */
type Held = Map<Lead, string | null>;

function counted(items: { light: string }[]) {
  const lights = Object.fromEntries(
    LIGHTS.map(({ key }) => [key, items.filter((item) => item.light === key).length]),
  );
  return { count: items.length, lights, figures: { untouched: items.length ? "0.75" : null } };
}

function boardOf(held: Held) {
  const items = [...held].map(([lead, owner], i) => ({
    owner,
    light: i === 0 ? "overdue" : i === 4 ? "well" : "waiting",
    record: { ...lead, owner: owner && { id: owner, label: owner } },
    clocks: [],
  }));
  const lane = (person: { id: string; label: string } | null) => {
    const mine = items.filter((item) => item.owner === (person?.id ?? null));
    return { person, takes: person !== null, more: false, ...counted(mine), items: mine };
  };
  const people = PEOPLE.slice(0, 3).map(({ id, name }) => lane({ id, label: name }));
  const nobody = lane(null);
  return {
    key: "lead_lights",
    label: "红绿灯看板",
    object: "lead",
    group: "owner",
    movable: true,
    lights: LIGHTS,
    figures: [{ key: "untouched", label: "未触达占比", as: "share" }],
    columns: ["source", "created_at"],
    totals: counted(items),
    lanes: nobody.count > 0 ? [nobody, ...people] : people,
    lane_count: 4,
  };
}

/** Open the board of a server that keeps to whom leads are given. */
async function openBoard(
  page: Page,
  nobodys = 0,
  given: Partial<World> = {},
): Promise<{ world: World; held: Held }> {
  const world = await fakeServer(page, given);
  const held: Held = new Map(MADE.map((lead, i) => [lead, i < nobodys ? null : "person-1"]));
  const boards = [{ key: "lead_lights", label: "红绿灯看板", object: "lead" }];
  world.instead.set("GET /catalog", () => ({
    status: 200,
    body: { ...catalogIn("zh-CN"), boards },
  }));
  world.instead.set("GET /boards/lead_lights", () => ({ status: 200, body: boardOf(held) }));
  for (const lead of MADE) {
    world.instead.set(`POST /objects/lead/records/${lead.id}/assign`, (body) => {
      held.set(lead, (body as { person: string }).person);
      return { status: 200, body: { ...lead, version: lead.version + 1 } };
    });
  }
  await page.goto("/boards/lead_lights");
  return { world, held };
}

const lane = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

async function drag(page: Page, title: string, to: string): Promise<void> {
  const from = await page.getByRole("article").filter({ hasText: title }).boundingBox();
  const target = await lane(page, to).boundingBox();
  if (!from || !target) throw new Error("nothing to drag");
  await page.mouse.move(from.x + 40, from.y + from.height - 12);
  await page.mouse.down();
  await page.mouse.move(from.x + 60, from.y + from.height, { steps: 4 });
  await page.mouse.move(target.x + target.width / 2, target.y + 120, { steps: 8 });
  await page.mouse.up();
}

test("lanes say in words how many stand under which light, and a link leads there", async ({
  page,
}) => {
  await openBoard(page);
  const mine = lane(page, "陈思");
  await expect(mine.getByText("共 5 条")).toBeVisible();
  await expect(mine.getByText("待首次触达 3")).toBeVisible();
  await expect(mine.getByText("未触达占比")).toContainText("75%");
  await expect(lane(page, "周航").getByText("没有记录")).toBeVisible();
  await expect(page.getByRole("link", { name: "红绿灯看板" })).toHaveAttribute(
    "aria-current",
    "page",
  );
  await mine.getByRole("link", { name: FIRST }).click();
  await expect(page).toHaveURL(/records\/lead-1\/full/);
});

test("a card dragged to another lane is assigned, and can be taken back", async ({ page }) => {
  const { world } = await openBoard(page);
  await drag(page, FIRST, "林晓");
  await expect(lane(page, "林晓").getByRole("link", { name: FIRST })).toBeVisible();
  await expect(lane(page, "林晓").getByText("首次触达超时 1")).toBeVisible();
  const version = MADE[0]?.version as number;
  expect(world.sent.at(-1)).toEqual({
    method: "POST",
    path: "/objects/lead/records/lead-1/assign",
    body: { person: "person-3", version },
  });
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(lane(page, "陈思").getByRole("link", { name: FIRST })).toBeVisible();
  expect(world.sent.at(-1)?.body).toEqual({ person: "person-1", version: version + 1 });
});

test("what the server refuses goes back to where it was", async ({ page }) => {
  const { world } = await openBoard(page);
  world.instead.set("POST /objects/lead/records/lead-1/assign", () => ({
    status: 403,
    body: { title: "Forbidden", status: 403, code: "forbidden" },
  }));
  await drag(page, FIRST, "周航");
  await expect(page.getByRole("status").filter({ hasText: "权限" })).toBeVisible();
  await expect(lane(page, "陈思").getByRole("link", { name: FIRST })).toBeVisible();
  await expect(lane(page, "周航").getByText("没有记录")).toBeVisible();
});

test("a card is picked up, carried to the next lane and dropped by keyboard", async ({ page }) => {
  const { world } = await openBoard(page);
  await page.getByRole("button", { name: `拖动“${FIRST}”` }).focus();
  await page.keyboard.press("Space");
  await page.waitForTimeout(100);
  await page.keyboard.press("ArrowRight");
  await expect(page.getByText("在“周航”上方")).toBeAttached();
  await page.keyboard.press("Space");
  await expect(lane(page, "周航").getByRole("link", { name: FIRST })).toBeVisible();
  expect(world.sent.at(-1)?.body).toMatchObject({ person: "person-2" });
});

test("what belongs to nobody can't go back, so it is asked before", async ({ page }) => {
  const { world } = await openBoard(page, 1);
  await drag(page, FIRST, "周航");
  const dialog = page.getByRole("dialog", { name: `把“${FIRST}”分配给周航？` });
  await dialog.getByRole("button", { name: "取消" }).click();
  await expect(lane(page, "无负责人").getByRole("link", { name: FIRST })).toBeVisible();
  expect(world.sent).toEqual([]);
  await drag(page, FIRST, "周航");
  await dialog.getByRole("button", { name: "分配" }).click();
  await expect(lane(page, "周航").getByRole("link", { name: FIRST })).toBeVisible();
  await expect(page.getByRole("button", { name: "撤销" })).toHaveCount(0);
});

test("the board follows what happens elsewhere", async ({ page }) => {
  let told = () => {};
  const data = { object: "lead", id: "lead-1", version: 9, event: "record.assigned" };
  const { held } = await openBoard(page, 0, {
    stream: [{ event: "record", data }],
    streamAfter: new Promise<void>((resolve) => (told = resolve)),
  });
  await expect(lane(page, "陈思").getByText("共 5 条")).toBeVisible();
  const [first] = MADE;
  if (first) held.set(first, "person-2");
  await expect(lane(page, "周航").getByText("没有记录")).toBeVisible();
  told();
  await expect(lane(page, "周航").getByRole("link", { name: FIRST })).toBeVisible();
});

test("an error has a retry", async ({ page }) => {
  const { world, held } = await openBoard(page);
  const broken = { status: 500, body: { title: "Broken", status: 500, code: "server_error" } };
  world.instead.set("GET /boards/lead_lights", () => broken);
  await page.reload();
  const retry = page.getByRole("button", { name: "重试" });
  await page.clock.runFor(20_000);
  await expect(retry).toBeVisible();
  world.instead.set("GET /boards/lead_lights", () => ({ status: 200, body: boardOf(held) }));
  await retry.click();
  await expect(lane(page, "陈思")).toBeVisible();
});

function deskOf(done: boolean) {
  const todo = {
    ...{ id: "todo-1", version: done ? 2 : 1, created_at: iso(-60), updated_at: iso(-60) },
    ...{ owner: null, title: FIRST, lead: { id: "lead-1", label: FIRST }, due_at: iso(-5) },
  };
  return {
    todos: [
      {
        ...{ label: "待办", object: "todo", title: "title", due: "due_at", about: ["lead"] },
        ...{ done: "finish", undo: "reopen", filter: "owner == me", sort: "due_at" },
        ...{ items: done ? [] : [todo], next_cursor: null, total: done ? 0 : 1, total_is: "exact" },
      },
    ],
    clocks: {
      items: [
        {
          ...{ id: "clock-1", object: "lead", record: { id: "lead-2", label: "厦门瑞凯" } },
          ...{ policy: "first_touch", label: "首次触达", state: "running", color: "amber" },
          ...{ started_at: iso(-26), due_at: iso(4) },
        },
      ],
    },
    figures: [{ key: "new", label: "今日新线索", object: "lead", value: 12, value_is: "exact" }],
  };
}

async function openDesk(page: Page): Promise<World> {
  const world = await fakeServer(page);
  let done = false;
  world.instead.set("GET /desk", () => ({ status: 200, body: deskOf(done) }));
  for (const [operation, then] of [
    ["finish", true],
    ["reopen", false],
  ] as const) {
    world.instead.set(`POST /objects/todo/records/todo-1/do/${operation}`, () => {
      done = then;
      return { status: 200, body: { id: "todo-1", version: 2 } };
    });
  }
  await page.goto("/desk");
  return world;
}

test("a to-do is ticked off, and that can be taken back", async ({ page }) => {
  const world = await openDesk(page);
  await expect(page.getByRole("heading", { name: "已逾期" })).toBeVisible();
  await page.getByRole("checkbox", { name: `完成“${FIRST}”` }).click();
  await expect(page.getByRole("heading", { name: "待办都做完了" })).toBeVisible();
  expect(world.sent.at(-1)?.body).toEqual({ version: 1 });
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(page.getByRole("checkbox", { name: `完成“${FIRST}”` })).toBeVisible();
  expect(world.sent.at(-1)).toMatchObject({ body: { version: 2 } });
});

for (const width of [1280, 390]) {
  for (const scheme of ["light", "dark"] as const) {
    test(`board and desk: accessible and no wider than the window, ${width} px, ${scheme}`, async ({
      page,
    }) => {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      const check = async () => {
        const found = await new AxeBuilder({ page })
          .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"])
          .analyze();
        const told = found.violations.map(
          (one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join("\n  ")}`,
        );
        expect(told).toEqual([]);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        expect(wider).toBe(false);
      };
      await openBoard(page, 1);
      await expect(lane(page, "陈思")).toBeVisible();
      await check();
      await openDesk(page);
      await expect(page.getByRole("checkbox")).toBeVisible();
      await check();
    });
  }
}

test("on a phone lanes stand below each other and a menu gives a card to somebody else", async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const { world } = await openBoard(page);
  const small = await page
    .locator("main button:visible, nav a:visible, nav button:visible")
    .evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height < 44).length);
  expect(small).toBe(0);
  await lane(page, "陈思")
    .getByRole("button", { name: `把“${FIRST}”转给` })
    .click();
  await page.getByRole("dialog").getByRole("button", { name: /林晓/ }).click();
  await expect(lane(page, "林晓").getByRole("link", { name: FIRST })).toBeVisible();
  expect(world.sent.at(-1)?.body).toMatchObject({ person: "person-3" });
});
