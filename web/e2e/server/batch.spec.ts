/** More than 200 records at once are a job: its progress, what became of them, and that it takes exactly those. */
import { expect, test, type Page } from "@playwright/test";
import { API, ask, choose, isWhole } from "./setup";
import { signIn } from "./sign-in";

const MANY = 220;
const AT_ONCE = 20;
const REASON = "其他";

async function make(page: Page, mark: string): Promise<void> {
  for (let at = 0; at < MANY; at += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, i) =>
        ask(page, "POST", "/objects/todo/records", { title: `${mark}-${at + i}` }),
      ),
    );
  }
}

async function countOf(page: Page, filter: string): Promise<number> {
  const answer = await page.request.get(`${API}/objects/todo/records`, {
    params: { filter, count: true, limit: 1 },
  });
  return ((await answer.json()) as { total: number }).total;
}

test("all that a filter finds is changed, emptied and deleted by jobs", async ({ page }) => {
  const mark = `成批${Date.now()}`;
  const mine = `contains(title, "${mark}")`;
  await signIn(page, "director");
  await make(page, mark);
  const f = JSON.stringify([{ field: "title", op: "contains", values: [mark] }]);
  await page.goto(`/o/todo?f=${encodeURIComponent(f)}`);

  const bar = page.getByRole("toolbar", { name: "批量操作" });
  const all = async () => {
    await page.getByLabel("选择本页全部").check();
    await expect(bar.getByRole("status")).toHaveText("已选 50 条");
    await bar.getByRole("button", { name: `选择全部 ${MANY} 条` }).click();
    await expect(bar.getByRole("status")).toHaveText(`已选 ${MANY} 条`);
  };
  const sheet = page.getByRole("dialog");
  const finished = async (what: string) => {
    await expect(sheet.getByRole("status")).toHaveText(`处理完成 ${MANY} / ${MANY}`);
    await expect(sheet.getByRole("term").filter({ hasText: what })).toBeVisible();
    await isWhole(page);
    await sheet.getByRole("button", { name: "关闭" }).last().click();
    await expect(bar).toHaveCount(0);
  };

  await all();
  await bar.getByRole("button", { name: "修改字段" }).click();
  await sheet.getByLabel("修改哪个字段").selectOption({ label: "原因" });
  await expect(sheet.getByRole("button", { name: `清空“原因” ${MANY} 条` })).toBeVisible();
  await choose(page, sheet.getByRole("combobox", { name: "原因" }), REASON);
  await sheet.getByRole("button", { name: `修改字段 ${MANY} 条` }).click();
  await finished("更新");
  expect(await countOf(page, `${mine} and reason != null`)).toBe(MANY);

  await page.reload();
  await all();
  await bar.getByRole("button", { name: "删除" }).click();
  await sheet.getByRole("button", { name: `删除 ${MANY} 条` }).click();
  await finished("删除");
  expect(await countOf(page, mine)).toBe(0);
});
