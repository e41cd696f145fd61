/** Trying out whether notices arrive: the result stands beside the button, in words. */
import { expect, test, type Page } from "@playwright/test";
import { signIn } from "./sign-in";

/** The installation has a mail server that answers so, and one has an address. */
async function withMail(page: Page, answer: object, status = 200) {
  await page.route("**/api/v1/me/notifications/preferences", async (route) => {
    const kept = (await (await route.fetch()).json()) as { known: object };
    const known = { ...kept.known, outside: ["email"] };
    await route.fulfill({ json: { ...kept, address: "lin@example.com", known } });
  });
  await page.route("**/api/v1/me/notifications/test", (route) =>
    route.fulfill({ json: answer, status }),
  );
  await signIn(page, "sales3");
  await page.goto("/account/notifications");
  await page.getByRole("button", { name: "发送测试邮件" }).click();
}

test("it has arrived", async ({ page }) => {
  await withMail(page, { channel: "email", delivered: true, status: 250, error: null });
  await expect(
    page.getByText("邮件服务器已接收，请到 lin@example.com 的收件箱看看。"),
  ).toBeVisible();
});

test("what the mail server says is told in words", async ({ page }) => {
  const error = { code: "delivery_refused", message: "对方没有接收" };
  await withMail(page, { channel: "email", delivered: false, status: 550, error });
  await expect(page.getByRole("alert")).toHaveText(
    "没有发出去：对方没有接收（邮件服务器应答 550）。",
  );
});
