import { expect, test, type Page } from "@playwright/test";
import { ask, isWhole } from "./setup";
import { signIn } from "./sign-in";

const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const HEADINGS = ["联系方式", "公司情况", "来源与行为", "跟进情况", "归属与流转", "转化与废弃"];

interface Section {
  key: string;
  label: string;
}

function phone(): string {
  return `138${String(Date.now()).slice(-8)}`;
}

async function openNew(page: Page) {
  await page.goto("/o/lead/new");
  const form = page.getByRole("dialog", { name: "新建线索" });
  await expect(form.getByLabel("公司", { exact: true })).toBeVisible();
  return form;
}

/** Whether something stands within what can be seen of the page. */
async function isInSight(page: Page, label: string): Promise<boolean> {
  const box = await page.getByLabel(label, { exact: true }).boundingBox();
  const height = page.viewportSize()?.height ?? 0;
  return box !== null && box.y > 0 && box.y + box.height < height;
}

for (const [name, size] of Object.entries(SIZES)) {
  test.describe(name, () => {
    test.use({ viewport: size });

    test("a new record's form is six fields, and the rest under the headings of its sections", async ({
      page,
    }) => {
      await signIn(page, "director");
      const form = await openNew(page);
      expect(await form.locator("label").count()).toBe(6);
      await form.getByRole("button", { name: /^更多（/ }).click();
      for (const label of HEADINGS) {
        await expect(form.getByRole("group", { name: label, exact: true })).toBeVisible();
      }
      const company = form.getByRole("group", { name: "公司情况", exact: true });
      await expect(company.getByLabel("行业")).toBeVisible();
      await expect(company.getByLabel("邮箱")).toHaveCount(0);
      await isWhole(page);
    });

    test("what the server refuses in a folded field opens the fold and is scrolled to", async ({
      page,
    }) => {
      await signIn(page, "director");
      const form = await openNew(page);
      await form.getByLabel("公司", { exact: true }).fill("岚屿测绘");
      await form.getByLabel("电话", { exact: true }).fill(phone());
      const more = form.getByRole("button", { name: /^更多（/ });
      await more.click();
      await form.getByLabel("员工人数").fill("-3");
      await more.click();
      await expect(form.getByLabel("员工人数")).toHaveCount(0);
      await form.getByRole("button", { name: "创建" }).click();
      await expect(form.getByRole("alert")).toBeVisible();
      await expect(form.getByLabel("员工人数")).toHaveValue("-3");
      await expect.poll(() => isInSight(page, "员工人数")).toBe(true);
      await form.getByLabel("员工人数").fill("3");
      await expect(form.getByLabel("员工人数")).toHaveValue("3");
      await form.getByRole("button", { name: "创建" }).click();
      await expect(form).toHaveCount(0);
    });

    test("a record's facts stand under their sections; one with nothing in it is closed", async ({
      page,
    }) => {
      await signIn(page, "director");
      const { id } = await ask<{ id: string }>(page, "POST", "/objects/lead/records", {
        company: "岚屿测绘仪器",
        name: "陆遥",
        phone: phone(),
        city: "绍兴",
      });
      for (const address of [`/o/lead/records/${id}`, `/o/lead/records/${id}/full`]) {
        await page.goto(address);
        const company = page.getByRole("group", { name: /^公司情况/ });
        await expect(company.getByLabel("城市")).toHaveValue("绍兴");
        const reach = page.getByRole("button", { name: /^联系方式/ });
        await expect(reach).toHaveAttribute("aria-expanded", "false");
        await reach.focus();
        await page.keyboard.press("Enter");
        await expect(
          page.getByRole("group", { name: /^联系方式/ }).getByLabel("微信"),
        ).toBeVisible();
        await isWhole(page);
      }
    });
  });
}

test("whoever sees no field of a section isn't told of it", async ({ page }) => {
  const sectionsOf = async () => {
    const { objects } = await ask<{ objects: { name: string; sections: Section[] }[] }>(
      page,
      "GET",
      "/catalog",
    );
    return objects.find((one) => one.name === "contact")?.sections.map((one) => one.label);
  };
  await signIn(page, "admin");
  const role = { kind: "role", key: "sales" };
  const { body, version } = await ask<{
    body: { objects: Record<string, { fields?: Record<string, string> }> };
    version: number;
  }>(page, "GET", "/definitions/role/sales");
  const fields = { ...body.objects.contact?.fields, wechat: "hidden", note: "hidden" };
  const objects = { ...body.objects, contact: { ...body.objects.contact, fields } };
  try {
    await ask(page, "PUT", "/definitions/role/sales", { body: { ...body, objects } });
    await ask(page, "POST", "/definitions/publish", { items: [role], to: "everyone" });
    await signIn(page, "sales1");
    expect(await sectionsOf()).toEqual(["跟进情况"]);
    await page.goto("/o/contact/new");
    const form = page.getByRole("dialog", { name: "新建联系人" });
    await expect(form.getByLabel("姓名")).toBeVisible();
    await form.getByRole("button", { name: /^更多/ }).click();
    await expect(form.getByLabel("下次联系")).toBeVisible();
    await expect(form.getByText("补充信息")).toHaveCount(0);
  } finally {
    await signIn(page, "admin");
    await page.request.delete("/api/v1/definitions/role/sales/draft");
    await page.request.post("/api/v1/definitions/rollback", { data: { ...role, version } });
  }
  await signIn(page, "sales1");
  expect(await sectionsOf()).toEqual(["跟进情况", "补充信息"]);
});
