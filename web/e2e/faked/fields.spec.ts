import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { catalogIn, iso, leads } from "./company";
import { fakeServer, type World } from "./fakes";

const can = { filter: true, sort: true, group: false, search: false };

function field(name: string, type: string, label: string, more: object = {}) {
  return { name, type, label, core: true, required: false, readonly: false, can, ...more };
}

const FIELDS = [
  field("code", "auto_number", "编号", { readonly: true }),
  field("region", "department", "所属部门"),
  field("total", "rollup", "回款合计", { readonly: true, result: "money" }),
  field("handover", "checklist", "交接清单", {
    options: [
      { key: "contract", label: "合同" },
      { key: "invoice", label: "发票" },
      { key: "training", label: "培训" },
    ],
  }),
  field("spot", "place", "签到地点"),
  field("site_address", "address", "地址"),
  field("papers", "file", "附件"),
  field("photos", "photo", "现场照片"),
  field("memo", "voice", "语音纪要"),
  field("touches", "children", "跟进记录", { readonly: true, object: "touch", by: "lead" }),
];

const PHOTO = { id: "p1", name: "门头.jpg", type: "image/jpeg", size: 2_400_000 };
const LEAD = {
  ...leads(1)[0],
  code: "XS-2026-00017",
  region: { id: "d1", label: "华东大区" },
  total: "128000.00",
  handover: ["contract", "training"],
  spot: { lat: 31.23042, lng: 121.4737, address: "上海市黄浦区人民广场" },
  site_address: { province: "江苏省", city: "苏州市", district: "工业园区", street: "星湖街 1 号" },
  papers: [{ id: "f1", name: "报价单.pdf", type: "application/pdf", size: 182_000 }],
  photos: [PHOTO, { ...PHOTO, id: "p2", name: "车间.jpg" }],
  memo: [{ id: "v1", name: "纪要.m4a", type: "audio/mp4", size: 412_000 }],
};

const TOUCH = {
  name: "touch",
  label: "跟进",
  label_plural: "跟进记录",
  title_field: "summary",
  icon: "file",
  permissions: { create: true, update: true, delete: true, assign: false },
  fields: [
    field("summary", "text", "摘要", { required: true }),
    field("kind", "choice", "方式", {
      options: [
        { key: "call", label: "电话" },
        { key: "visit", label: "拜访" },
      ],
      default: "call",
    }),
    field("lead", "relation", "线索", { object: "lead" }),
    field("created_at", "datetime", "创建时间", { core: false, system: true, readonly: true }),
  ],
  pipeline: null,
  views: [{ key: "all", label: "全部", filter: null, sort: "-created_at", columns: ["summary"] }],
  operations: [],
  clocks: false,
};

async function open(page: Page, given: Partial<World> = {}): Promise<World> {
  const world = await fakeServer(page, { leads: [LEAD as World["leads"][0]], ...given });
  const known = catalogIn("zh-CN");
  const [lead] = known.objects;
  const views = [{ ...lead?.views[0], columns: ["company", ...FIELDS.map((one) => one.name)] }];
  world.instead.set("GET /objects/lead/views", () => ({ status: 200, body: { items: views } }));
  world.instead.set("GET /catalog", () => ({
    status: 200,
    body: {
      ...known,
      objects: [{ ...lead, fields: [...FIELDS, ...(lead?.fields ?? [])], views }, TOUCH],
    },
  }));
  world.instead.set("GET /departments", () => ({
    status: 200,
    body: { items: ["华东大区", "华南大区"].map((name, i) => ({ id: `d${i + 1}`, name })) },
  }));
  const touches = [
    { id: "t1", version: 1, summary: "介绍了方案", kind: "visit", created_at: iso(-60) },
    { id: "t2", version: 1, summary: "约定下周演示", kind: "call", created_at: iso(-900) },
  ];
  world.instead.set("GET /objects/touch/records", () => ({
    status: 200,
    body: { items: touches, total: 2, total_is: "exact" },
  }));
  world.instead.set("POST /objects/touch/records", () => ({ status: 201, body: touches[0] }));
  // A grey square stands for every picture.
  await page.route("**/thumbnail?size=*", (route) =>
    route.fulfill({
      contentType: "image/svg+xml",
      body: '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path fill="#9ab" d="M0 0h9v9H0z"/></svg>',
    }),
  );
  return world;
}

async function openRecord(page: Page): Promise<World> {
  const world = await open(page);
  await page.goto("/o/lead/records/lead-1");
  await page.getByRole("group", { name: "语音纪要" }).waitFor();
  return world;
}

test("every kind of value has its look in the list", async ({ page }) => {
  await open(page);
  await page.goto("/o/lead");
  const row = page.locator("[data-row]").first();
  await expect(row).toContainText("XS-2026-00017");
  await expect(row).toContainText("华东大区");
  await expect(row).toContainText("¥12.8万");
  await expect(row).toContainText("2/3");
  await expect(row).toContainText("江苏省苏州市工业园区星湖街 1 号");
  await expect(row.getByRole("img", { name: "门头.jpg" })).toBeVisible();
  // A list of children is no column, and no filter.
  await expect(page.getByRole("columnheader", { name: "跟进记录" })).toHaveCount(0);
});

test("parts, ticks and departments are edited in place and sent as ids and keys", async ({
  page,
}) => {
  const world = await openRecord(page);
  await page.getByRole("checkbox", { name: "发票" }).check();
  await page.getByLabel("街道门牌").fill("独墅湖大道 9 号");
  await page.getByLabel("所属部门").click();
  await page.getByTitle("华南大区").click();
  await page.getByLabel("经度").fill("120.7");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("status").getByText("已保存")).toBeVisible();
  expect(world.sent.at(-1)?.body).toEqual({
    version: 3,
    region: "d2",
    handover: ["contract", "invoice", "training"],
    spot: { lat: 31.23042, lng: 120.7 },
    site_address: { ...LEAD.site_address, street: "独墅湖大道 9 号" },
  });
});

test("a photo is sent at once, its id with the record; a refused one is told at the field", async ({
  page,
}) => {
  const world = await openRecord(page);
  const photos = page.getByRole("group", { name: "现场照片" });
  const chosen = (name: string) => ({ name, mimeType: "image/jpeg", buffer: Buffer.from("x") });
  world.instead.set("POST /files", () => ({
    status: 422,
    body: {
      code: "invalid",
      status: 422,
      errors: [{ field: "file", code: "bad_file", message: "这不是一张图片" }],
    },
  }));
  await photos.locator("input[type=file]").setInputFiles([chosen("坏.jpg")]);
  await expect(photos.getByRole("alert")).toHaveText("坏.jpg: 这不是一张图片");
  world.instead.set("POST /files", () => ({ status: 201, body: { ...PHOTO, id: "p3" } }));
  await photos.locator("input[type=file]").setInputFiles([chosen("新.jpg")]);
  await photos.getByRole("button", { name: "移除 车间.jpg" }).click();
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("status").getByText("已保存")).toBeVisible();
  expect(world.sent.at(-1)?.body).toEqual({ version: 3, photos: ["p1", "p3"] });
});

test("children stand in a tab of their own and a new one belongs to the record", async ({
  page,
}) => {
  const world = await openRecord(page);
  await page.getByRole("tab", { name: "跟进记录" }).click();
  await expect(page.getByText("共 2 条")).toBeVisible();
  await expect(page.getByRole("link", { name: /介绍了方案/ })).toBeVisible();
  await page.getByRole("button", { name: "新建跟进" }).click();
  const form = page.getByRole("dialog", { name: "新建跟进" });
  await form.getByLabel("摘要").fill("回访");
  await form.getByRole("button", { name: "创建" }).click();
  await expect(form).toBeHidden();
  // The default of the kind is left to the server.
  expect(world.sent.at(-1)).toEqual({
    method: "POST",
    path: "/objects/touch/records",
    body: { summary: "回访", lead: "lead-1" },
  });
});

for (const scheme of ["light", "dark"] as const) {
  for (const width of [1440, 390]) {
    test(`no accessibility fault in fields of every type, ${scheme}, ${width} px`, async ({
      page,
    }) => {
      await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await openRecord(page);
      const found = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"])
        .analyze();
      expect(
        found.violations.map(
          (one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join("\n  ")}`,
        ),
      ).toEqual([]);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(wider).toBe(false);
    });
  }
}
