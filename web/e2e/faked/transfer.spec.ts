import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { fakeServer, type World } from "./fakes";

const FIELDS = [
  { name: "company", label: "公司", type: "text", required: true },
  { name: "name", label: "联系人", type: "text", required: false },
  { name: "phone", label: "电话", type: "phone", required: false },
  { name: "city", label: "城市", type: "text", required: false },
];
const HEADER: [string, string | null, string[]][] = [
  ["公司名称", "company", ["苏州云帆智能装备", "宁波启衡精密机械"]],
  ["手机", "phone", ["13800138000", "138-0013"]],
  ["备注一", null, ["老客户介绍"]],
];

function preview(errors: number) {
  return {
    file: { id: "file-1", name: "展会名单.xlsx" },
    total: 1280,
    columns: HEADER.map(([header, field, samples]) => ({
      ...{ header, field, samples },
      ...{ by: null, order: "ymd", how: field && "near" },
    })),
    fields: FIELDS,
    checked: 1000,
    error_count: errors,
    rows: [],
    errors: errors
      ? [{ row: 3, errors: [{ field: "phone", code: "not_a_phone", message: "不是电话号码" }] }]
      : [],
  };
}

const JOB = {
  id: "job-1",
  kind: "import",
  state: "running",
  progress: 300,
  total: 1280,
  counts: { created: 298, failed: 2 },
  error_count: 2,
  problem: null,
  errors_url: "/api/v1/jobs/job-1/errors",
  errors: [],
};

/** What a form sent, by name; the file only as its name. */
function sentIn(body: unknown): Record<string, string> {
  const parts = String(body).matchAll(
    /name="(\w+)"(?:; filename="([^"]*)")?[^]*?\r\n\r\n([^]*?)\r\n--/g,
  );
  return Object.fromEntries([...parts].map(([, name, file, text]) => [name, file ?? text]));
}

async function open(page: Page): Promise<World> {
  const world = await fakeServer(page);
  world.instead.set("POST /objects/lead/import", (body, query) =>
    query.get("dry_run") === "true"
      ? { status: 200, body: preview(sentIn(body).mapping?.includes("city") ? 0 : 1) }
      : { status: 202, body: JOB },
  );
  world.instead.set("GET /jobs/job-1", () => ({ status: 200, body: JOB }));
  await page.goto("/o/lead?q=云启");
  await page.getByRole("button", { name: "导入导出" }).click();
  return world;
}

test("what the list shows goes out as a file", async ({ page }) => {
  await open(page);
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "我的" }).click();
  await page.getByRole("button", { name: "导入导出" }).click();
  const link = page.getByRole("link", { name: "导出 Excel" });
  const address = new URL((await link.getAttribute("href")) ?? "", "http://x");
  expect(address.pathname).toBe("/api/v1/objects/lead/export");
  expect(Object.fromEntries(address.searchParams)).toEqual({
    format: "xlsx",
    filter: "owner == me",
    sort: "-created_at",
    q: "云启",
  });
});

test("a table is looked at, mapped, imported and watched", async ({ page }) => {
  const world = await open(page);
  await page.getByRole("button", { name: "导入表格" }).click();
  const sheet = page.getByRole("dialog", { name: "导入到线索池" });
  await sheet.locator("input[type=file]").setInputFiles({
    name: "展会名单.xlsx",
    mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    buffer: Buffer.from("x"),
  });
  await expect(sheet.getByText("展会名单.xlsx · 共 1,280 行")).toBeVisible();
  const next = sheet.getByRole("button", { name: "下一步：检查" });
  await next.click();
  await expect(sheet.getByText("前 1,000 行中有 1 行无法导入")).toBeVisible();
  await expect(sheet.getByText("第 3 行 电话：不是电话号码")).toBeVisible();
  await sheet.getByRole("button", { name: "上一步" }).click();
  await expect(sheet.getByLabel("列“公司名称”对应的字段")).toHaveValue("company");

  await sheet.getByLabel("列“备注一”对应的字段").selectOption({ label: "城市" });
  await sheet.getByLabel("每行作为").selectOption("upsert");
  await expect(next).toBeDisabled();
  await sheet.getByLabel("按哪个字段找已有记录").selectOption({ label: "电话" });
  await next.click();
  await expect(sheet.getByText("已检查前 1,000 行，没有问题")).toBeVisible();
  await sheet.getByRole("button", { name: "导入 1,280 行" }).click();
  await expect(sheet.getByRole("status")).toHaveText("正在导入 300 / 1,280");
  const sent = sentIn(world.sent.at(-1)?.body);
  expect(sent.file_id).toBe("file-1");
  expect(JSON.parse(sent.options ?? "")).toMatchObject({ mode: "upsert", key: "phone" });
  expect(JSON.parse(sent.mapping ?? "")).toMatchObject({
    公司名称: { field: "company" },
    手机: { field: "phone" },
    备注一: { field: "city" },
  });
  await expect(sheet.getByRole("link", { name: "下载失败的 2 行及原因" })).toHaveAttribute(
    "href",
    JOB.errors_url,
  );

  const before = world.asked.length;
  const done = { ...JOB, state: "done", progress: 1280, counts: { created: 1278, failed: 2 } };
  world.instead.set("GET /jobs/job-1", () => ({ status: 200, body: done }));
  await page.clock.runFor(2_500);
  await expect(sheet.getByRole("status")).toHaveText("导入完成 1,280 / 1,280");
  await expect(sheet.getByRole("button", { name: "停止" })).toHaveCount(0);
  expect(world.asked.length).toBeGreaterThan(before);
});

test("a file that can't be read is told, and another one may be chosen", async ({ page }) => {
  const world = await open(page);
  const errors = [{ field: "file", code: "unknown_file_type", message: "不支持的文件类型" }];
  world.instead.set("POST /objects/lead/import", () => ({
    status: 422,
    body: { code: "invalid", status: 422, errors },
  }));
  await page.getByRole("button", { name: "导入表格" }).click();
  const sheet = page.getByRole("dialog", { name: "导入到线索池" });
  await sheet.locator("input[type=file]").setInputFiles({
    name: "a.png",
    mimeType: "image/png",
    buffer: Buffer.from("x"),
  });
  await expect(sheet.getByRole("alert")).toHaveText("不支持的文件类型");
  await expect(sheet.getByRole("button", { name: "选择文件" })).toBeEnabled();
});

for (const scheme of ["light", "dark"] as const) {
  test(`no accessibility fault in an import, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await open(page);
    await page.getByRole("button", { name: "导入表格" }).click();
    const sheet = page.getByRole("dialog", { name: "导入到线索池" });
    await sheet.locator("input[type=file]").setInputFiles({
      name: "a.csv",
      mimeType: "text/csv",
      buffer: Buffer.from("x"),
    });
    await sheet.getByRole("button", { name: "下一步：检查" }).click();
    await sheet.getByText("不是电话号码").waitFor();
    await expect(sheet.getByRole("button", { name: "导入 1,280 行" })).toBeEnabled();
    const found = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"])
      .analyze();
    expect(found.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`)).toEqual([]);
  });
}
