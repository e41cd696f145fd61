import { expect, test } from "@playwright/test";
import { ask, isWhole, signIn } from "./setup";

const PLACE = "/setup/role/sales";
const ITEMS = [{ kind: "role", key: "sales" }];

test("a role loses a field, salespeople no longer see it, and it is rolled back", async ({
  page,
  browser,
  baseURL,
}) => {
  await signIn(page, "admin");
  const { version: before } = await ask<{ version: number }>(
    page,
    "GET",
    "/definitions/role/sales",
  );
  await page.goto(PLACE);
  await expect(page.getByRole("combobox", { name: "线索：查看" })).toHaveValue("own");
  await expect(page.getByRole("link", { name: "林晓" })).toBeVisible();
  await page.getByRole("button", { name: "线索", exact: true }).click();
  await isWhole(page);
  try {
    await page.getByRole("combobox", { name: "字段权限：预算" }).selectOption("hidden");
    await page.getByRole("combobox", { name: "客户：分配" }).selectOption("own");
    const draft = async () =>
      (
        await ask<{ draft: { body: { objects: Record<string, object> } } | null }>(
          page,
          "GET",
          "/definitions/role/sales",
        )
      ).draft?.body.objects;
    await expect.poll(async () => (await draft())?.customer).toMatchObject({ assign: "own" });
    // What the form doesn't ask about stays as it was.
    expect((await draft())?.lead).toMatchObject({
      read: ["own", "owner == null and pool == 'public'"],
      fields: { budget: "hidden", pool: "read" },
    });
    await ask(page, "POST", "/definitions/publish", { items: ITEMS });

    const sales = await (await browser.newContext({ baseURL, locale: "zh-CN" })).newPage();
    await signIn(sales, "sales6");
    const fields = async () => {
      const { objects } = await ask<{ objects: { name: string; fields: { name: string }[] }[] }>(
        sales,
        "GET",
        "/catalog",
      );
      return objects.find((one) => one.name === "lead")?.fields.map((one) => one.name) ?? [];
    };
    expect(await fields()).not.toContain("budget");
    await sales.goto("/o/lead/new");
    await expect(sales.getByLabel("电话")).toBeVisible();
    await sales.getByRole("button", { name: /更多/ }).click();
    await expect(sales.getByLabel("行业")).toBeVisible();
    await expect(sales.getByLabel("预算")).toHaveCount(0);
    await ask(page, "POST", "/definitions/rollback", { ...ITEMS[0], version: before });
    expect(await fields()).toContain("budget");
    await sales.context().close();
  } finally {
    await page.request.delete("/api/v1/definitions/role/sales/draft");
    await page.request.post("/api/v1/definitions/rollback", {
      data: { ...ITEMS[0], version: before },
    });
  }
});

test("a condition that is wrong is told where it stands", async ({ page }) => {
  await signIn(page, "admin");
  try {
    await page.goto(PLACE);
    await page.getByRole("button", { name: "客户", exact: true }).click();
    await page.getByRole("button", { name: "加条件：编辑" }).click();
    const condition = page.getByRole("textbox", { name: "条件：编辑", exact: true });
    await condition.fill("nothing_like_it == 1");
    await expect(condition).toHaveAttribute("aria-invalid", "true");
  } finally {
    await page.request.delete("/api/v1/definitions/role/sales/draft");
  }
});
