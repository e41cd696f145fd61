import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { iso, ME } from "./company";
import { fakeServer, type World } from "./fakes";

const CODES = Array.from({ length: 10 }, (_, i) => `k7m2p9x4q8r${i}`);
const ENROLMENT = {
  secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
  uri: "otpauth://totp/Closeloop:sales1?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Closeloop",
};
const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0 Safari/537.36";
const WECOM =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Mobile/15E148 wxwork/5.0 MicroMessenger/7.0";

/** A person whose account changes as the page asks. */
async function open(page: Page, me: object = {}): Promise<World> {
  const world = await fakeServer(page);
  const state = { ...ME, second_factor: false, must: null as string | null, ...me };
  const sessions = [
    { id: "s1", agent: CHROME, created_at: iso(-600), seen_at: iso(-1), current: true },
    { id: "s2", agent: WECOM, created_at: iso(-9000), seen_at: iso(-2000), current: false },
    { id: "s3", agent: "curl/8", created_at: iso(-9000), seen_at: null, current: false },
  ];
  world.instead.set("GET /me", () => ({ status: 200, body: state }));
  world.instead.set("GET /me/sessions", () => ({ status: 200, body: { items: sessions } }));
  world.instead.set("DELETE /me/sessions/s2", () => {
    sessions.splice(1, 1);
    return { status: 204 };
  });
  world.instead.set("DELETE /me/sessions", () => {
    sessions.splice(1);
    return { status: 204 };
  });
  world.instead.set("PUT /me/password", (body) => {
    const { password, new: next } = body as { password: string; new: string };
    if (password !== "closeloop-demo") return { status: 401, body: { code: "bad_sign_in" } };
    if (next.length < 10) {
      const errors = [{ field: "new", code: "weak_password", message: "密码至少 10 个字符" }];
      return { status: 422, body: { code: "invalid", status: 422, errors } };
    }
    state.must = null;
    return { status: 204 };
  });
  world.instead.set("PUT /me/totp", (body) => {
    const { code, off, password } = body as { code?: string; off?: boolean; password?: string };
    if (code === "000000") {
      const errors = [{ field: "code", code: "wrong_code", message: "动态码不正确或已过期" }];
      return { status: 422, body: { code: "invalid", status: 422, errors } };
    }
    if ((off || state.second_factor) && password !== "closeloop-demo" && !code) {
      return { status: 401, body: { code: "bad_sign_in" } };
    }
    if (off) state.second_factor = false;
    if (code) Object.assign(state, { second_factor: true, must: null });
    const body_ = code ? { recovery_codes: CODES } : off ? { second_factor: false } : ENROLMENT;
    return { status: 200, body: body_ };
  });
  return world;
}

test("a code is asked for once the password is right, and a wrong one is said", async ({
  page,
}) => {
  const world = await fakeServer(page, { signedIn: false });
  world.instead.set("POST /session", (body) => {
    const { otp } = body as { otp?: string };
    if (otp === "123456") return { status: 204 };
    return { status: 401, body: { code: otp ? "bad_sign_in" : "otp_required" } };
  });
  await page.goto("/sign-in");
  await page.getByLabel("账号").fill("sales1");
  await page.getByLabel("密码").fill("closeloop-demo");
  await page.getByRole("button", { name: "登录" }).click();
  const code = page.getByLabel("动态码");
  await expect(code).toBeFocused();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await code.fill("999999");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toHaveText("账号、密码或动态码不对，请再试一次");
  await code.fill("123456");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/desk$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("陈思");
  expect(world.sent.at(-1)?.body).toEqual({
    login: "sales1",
    password: "closeloop-demo",
    otp: "123456",
  });
});

test("the password is changed from the person's own menu", async ({ page }) => {
  const world = await open(page);
  await page.goto("/o/lead");
  await page.getByTitle("我的").click();
  await page.getByRole("link", { name: "账号安全" }).click();
  await page.getByLabel("当前密码").fill("wrong");
  await page.getByLabel("新密码", { exact: true }).fill("short");
  await page.getByLabel("再输一次新密码").fill("other");
  const change = page.getByRole("button", { name: "修改密码" });
  await change.click();
  await expect(page.getByRole("alert")).toHaveText("两次输入的密码不一致");
  await page.getByLabel("再输一次新密码").fill("short");
  await change.click();
  await expect(page.getByRole("alert")).toHaveText("密码不对");
  await page.getByLabel("当前密码").fill("closeloop-demo");
  await change.click();
  await expect(page.getByRole("alert")).toHaveText("密码至少 10 个字符");
  await page.getByLabel("新密码", { exact: true }).fill("long enough now");
  await page.getByLabel("再输一次新密码").fill("long enough now");
  await change.click();
  await expect(page.getByRole("status").getByText("密码已修改")).toBeVisible();
  await expect(page.getByLabel("当前密码")).toHaveValue("");
  expect(world.sent.at(-1)?.body).toEqual({ password: "closeloop-demo", new: "long enough now" });
});

test("codes are set up by scanning, and end with the password", async ({ page }) => {
  await open(page);
  await page.goto("/account/security");
  await page.getByRole("button", { name: "开启" }).click();
  await expect(page.getByRole("img", { name: "验证器二维码" })).toBeVisible();
  await expect(page.getByText("JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP")).toBeVisible();
  await expect(page.getByRole("link", { name: "在本机的验证器中打开" })).toHaveAttribute(
    "href",
    ENROLMENT.uri,
  );
  await page.getByRole("textbox", { name: "动态码" }).fill("000000");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toHaveText("动态码不正确或已过期");
  await page.getByRole("textbox", { name: "动态码" }).fill("123456");
  await page.keyboard.press("Enter");
  await expect(page.getByText(CODES[9] as string)).toBeVisible();
  await page.getByRole("button", { name: "我已保存" }).click();
  await expect(page.getByText("已开启", { exact: true })).toBeVisible();
  await expect(page.getByText(CODES[9] as string)).toHaveCount(0);

  await page.getByRole("button", { name: "关闭" }).click();
  const sheet = page.getByRole("dialog", { name: "关闭" });
  await sheet.getByLabel("当前密码").fill("wrong");
  await sheet.getByRole("button", { name: "继续" }).click();
  await expect(sheet.getByRole("alert")).toHaveText("密码不对");
  await sheet.getByLabel("当前密码").fill("closeloop-demo");
  await sheet.getByRole("button", { name: "继续" }).click();
  await expect(page.getByText("未开启")).toBeVisible();
});

test("sessions are named as people know them, and ended one by one or together", async ({
  page,
}) => {
  await open(page);
  await page.goto("/account/security");
  const rows = page.getByRole("region", { name: "已登录的设备" }).getByRole("listitem");
  await expect(rows).toHaveCount(3);
  await expect(rows.first()).toContainText("Chrome · Windows 当前");
  await page.getByRole("button", { name: "退出登录：WeCom · iPhone" }).click();
  await expect(rows).toHaveCount(2);
  await page.getByRole("button", { name: "退出其他所有设备" }).click();
  await expect(rows).toHaveCount(1);
  await expect(page.getByRole("button", { name: "退出其他所有设备" })).toHaveCount(0);
});

test("who must set a password sees nothing else until it is done", async ({ page }) => {
  const world = await open(page, { must: "password" });
  world.instead.set("GET /catalog", () => ({
    status: 403,
    body: { code: "password_needed", status: 403 },
  }));
  await page.goto("/o/lead");
  await expect(page.getByRole("alert")).toContainText("请先换成自己的密码");
  await expect(page).toHaveURL(/\/account\/security$/);
  await expect(page.getByRole("navigation")).toHaveCount(0);
  world.instead.delete("GET /catalog");
  await page.getByLabel("当前密码").fill("closeloop-demo");
  await page.getByLabel("新密码", { exact: true }).fill("long enough now");
  await page.getByLabel("再输一次新密码").fill("long enough now");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/desk$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("陈思");
});

for (const scheme of ["light", "dark"] as const) {
  for (const width of [1440, 390]) {
    test(`no accessibility fault in account security, ${scheme}, ${width} px`, async ({ page }) => {
      await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await open(page);
      await page.goto("/account/security");
      await page.getByRole("button", { name: "开启" }).click();
      await page.getByRole("img", { name: "验证器二维码" }).waitFor();
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
