/** Sign a browser in without the form, which has tests of its own. */
import { expect, type Page } from "@playwright/test";

export async function signIn(page: Page, login: string): Promise<void> {
  const data = { login, password: "closeloop-demo" };
  const answer = await page.request.post("/api/v1/session", { data });
  expect(answer.status()).toBe(204);
}
