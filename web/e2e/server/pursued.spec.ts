/** A manager sees which customers several people pursue, opens them, merges two leads, and gives the rest to one. */
import { expect, test, type Page } from "@playwright/test";
import { ask, choose, isWhole } from "./setup";
import { signIn } from "./sign-in";

interface Made {
  id: string;
}

async function personId(page: Page, login: string): Promise<string> {
  const { items } = await ask<{ items: { id: string; login: string }[] }>(
    page,
    "GET",
    "/people?limit=200",
  );
  return items.find((one) => one.login === login)?.id ?? "";
}

/** Make a record and give it to somebody. */
async function owned(page: Page, object: string, login: string, values: object): Promise<Made> {
  const made = await ask<Made>(page, "POST", `/objects/${object}/records`, values);
  const person = await personId(page, login);
  await ask(page, "POST", `/objects/${object}/records/${made.id}/assign`, { person });
  return made;
}

test("whoever gets in another's way is found, and the customer becomes one person's", async ({
  page,
}) => {
  const mark = Date.now().toString(36);
  const company = `撞单样本${mark}`;
  await signIn(page, "admin");
  await owned(page, "lead", "sales1", { company: `${company}有限公司`, name: "甲" });
  await owned(page, "lead", "sales2", { company, name: "乙" });
  await owned(page, "customer", "sales3", { name: company });

  await signIn(page, "manager1");
  await page.goto("/desk");
  await page.getByRole("link", { name: "撞单客户" }).click();
  await expect(page.getByRole("heading", { name: "撞单客户" })).toBeVisible();
  const group = page.getByRole("region", { name: `${company}有限公司` });
  await expect(group).toContainText("3 人在跟");
  await expect(group.getByRole("row")).toHaveCount(4);
  await expect(group).toContainText("还没跟进");
  await isWhole(page);

  // two leads of one company are made one, side by side
  await group.getByRole("button", { name: "对比合并" }).click();
  const merge = page.getByRole("dialog", { name: "合并线索" });
  await expect(merge.getByText("保留", { exact: true })).toBeVisible();
  await merge.getByRole("button", { name: "合并", exact: true }).click();
  await expect(page.getByText("2 人在跟").first()).toBeVisible();
  await page.goto("/analysis/pursued");
  await expect(group).toContainText("2 人在跟");
  await expect(group.getByRole("row")).toHaveCount(3);

  // what is left is given to one of them, and taken back
  await group.getByRole("button", { name: "交给一个人" }).click();
  const sheet = page.getByRole("dialog", { name: /交给谁/ });
  await choose(page, sheet.getByRole("combobox", { name: "交给" }), "陈思齐");
  await sheet.getByRole("button", { name: "全部交出" }).click();
  await expect(page.getByText("已交出 2 条")).toBeVisible();
  await expect(group).toHaveCount(0);
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(page.getByText("已还给原来的负责人")).toBeVisible();
  await expect(group).toContainText("2 人在跟");

  await group.getByRole("link", { name: `${company}有限公司` }).click();
  await expect(page).toHaveURL(/\/o\/lead\/records\//);
});

test("a phone shows each record as a card, and a salesperson isn't led there", async ({ page }) => {
  const company = `手机撞单${Date.now().toString(36)}`;
  await signIn(page, "admin");
  await owned(page, "lead", "sales1", { company, name: "甲" });
  await owned(page, "lead", "sales2", { company, name: "乙" });
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, "manager1");
  await page.goto("/analysis/pursued");
  const group = page.getByRole("region", { name: company });
  await expect(group.getByRole("button", { name: "交给一个人" })).toBeVisible();
  await expect(group.getByText("林晓")).toBeVisible();
  await page.getByRole("button", { name: /^客户（/ }).click();
  await expect(page).toHaveURL(/by=customer/);

  await page.setViewportSize({ width: 1440, height: 900 });
  await signIn(page, "sales1");
  await page.goto("/desk");
  await expect(page.getByRole("link", { name: "线索", exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: "撞单客户" })).toHaveCount(0);
});
