/** What the browser tests of the set-up area share. */
import AxeBuilder from "@axe-core/playwright";
import { expect, type APIRequestContext, type Locator, type Page } from "@playwright/test";

export const PASSWORD = "closeloop-demo";
export const API = "/api/v1";

export async function signIn(page: Page, login: string, password = PASSWORD): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("账号").fill(login);
  await page.getByLabel("密码").fill(password);
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page).not.toHaveURL(/sign-in/);
}

/** Ask the server as the person who is signed in on the page. */
export async function ask<T>(page: Page, method: string, path: string, data?: unknown): Promise<T> {
  const request: APIRequestContext = page.request;
  const answer = await request.fetch(API + path, { method, data });
  expect(answer.ok(), `${method} ${path}: ${await answer.text()}`).toBe(true);
  return (answer.status() === 204 ? undefined : await answer.json()) as T;
}

/** Choose an option of one of our form's selects by the label that it shows. */
export async function choose(page: Page, box: Locator, option: string): Promise<void> {
  await box.click();
  await box.fill(option);
  await expect(page.locator(".ant-select-item-option").filter({ hasText: option })).not.toHaveCount(
    0,
  );
  await page.keyboard.press("Enter");
  // Escape would close the sheet around it as well.
  await page.keyboard.press("Tab");
}

/** No fault that axe finds and nothing wider than the screen, on a light desktop and on a dark phone. */
export async function isWhole(page: Page): Promise<void> {
  const before = page.viewportSize();
  for (const [width, height, colorScheme] of [
    [1440, 900, "light"],
    [390, 844, "dark"],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const found = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"])
      .exclude("iframe")
      .analyze();
    expect(
      found.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`),
      `${width} ${colorScheme}`,
    ).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(width);
  }
  await page.emulateMedia({ colorScheme: null });
  if (before) await page.setViewportSize(before);
}
