/** How long records stand in their stages, against what the pipeline expects: list, kanban, record, and the form. */
import { expect, test } from "@playwright/test";
import { ask, isWhole, signIn } from "./setup";

interface Made {
  id: string;
}

const DAY = 86_400_000;

test("days in a stage turn amber near what is expected and red over it", async ({ page }) => {
  await signIn(page, "director");
  const mark = `停留${Date.now()}`;
  const customer = await ask<Made>(page, "POST", "/objects/customer/records", { name: mark });
  const data = { name: mark, customer: customer.id, amount: "1000" };
  const deal = await ask<Made>(page, "POST", "/objects/opportunity/records", data);
  const f = JSON.stringify([{ field: "name", op: "contains", values: [mark] }]);
  const address = `/o/opportunity?f=${encodeURIComponent(f)}`;
  const row = page.locator("[data-row]");

  // The page counts in the server's time, so what the server says is moved back, not the clock.
  let days = 3;
  await page.route(/\/objects\/opportunity\/records/, async (route) => {
    const answer = await route.fetch();
    const text = await answer.text();
    const since = new Date(Date.now() - days * DAY - 60_000).toISOString();
    await route.fulfill({
      response: answer,
      body: text.replaceAll(/"stage_since":"[^"]*"/g, `"stage_since":"${since}"`),
    });
  });
  await page.goto(address);
  await expect(row).toContainText("3 天");
  await expect(row).not.toContainText("超期");
  days = 6;
  await page.reload();
  await expect(row).toContainText("6 天 将超期");
  days = 9;
  await page.reload();
  await expect(row).toContainText("9 天 已超期");
  await expect(row.getByTitle("在“初步接触”已停留 9 天，预期不超过 7 天")).toBeVisible();
  await isWhole(page);
  await page.goto(`${address}&as=kanban`);
  await expect(page.getByText("停留 9 天 已超期")).toBeVisible();
  await isWhole(page);
  await page.goto(`/o/opportunity/records/${deal.id}/full`);
  await expect(page.getByRole("group", { name: "阶段" })).toContainText("9 天 已超期");
  await isWhole(page);
});

test("the expected stay is written as a sentence, and goes where a record ends", async ({
  page,
}) => {
  await signIn(page, "director");
  const path = "/definitions/pipeline/opportunity";
  await page.goto("/setup/pipeline/opportunity");
  // The third stage is the proposal; the last two end the deal, so nobody stays there.
  const stays = page.getByLabel("预期停留", { exact: true });
  await expect(stays).toHaveCount(5);
  const kept = page.waitForResponse(
    (answer) => answer.request().method() === "PUT" && answer.url().includes(path),
  );
  await stays.nth(2).fill("5");
  const { body } = (await kept).request().postDataJSON() as {
    body: { stages: { key: string; dwell?: string }[] };
  };
  expect(body.stages.find((one) => one.key === "proposal")?.dwell).toBe("5d");
  await ask(page, "DELETE", `${path}/draft`);
});
