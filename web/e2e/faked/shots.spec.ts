import { test } from "@playwright/test";
import { fakeServer } from "./fakes";
import { NOTICES } from "./company";
const DIR = "/tmp/shots";
for (const [w, h] of [
  [1440, 900],
  [390, 844],
] as const)
  for (const scheme of ["light", "dark"] as const)
    for (const lang of ["zh-CN", "en-US"] as const) {
      if (lang === "en-US" && scheme === "dark") continue;
      test(`${w} ${scheme} ${lang}`, async ({ browser, baseURL }) => {
        const context = await browser.newContext({
          viewport: { width: w, height: h },
          colorScheme: scheme,
          locale: lang,
          baseURL,
          hasTouch: w < 500,
        });
        const page = await context.newPage();
        page.on("console", (m) => m.type() === "error" && console.log("console:", m.text()));
        page.on("pageerror", (e) => console.log("pageerror:", e.message));
        const world = await fakeServer(page, { signedIn: false });
        const n = (name: string) => ({ path: `${DIR}/${w}-${scheme}-${lang}-${name}.png` });
        await page.goto("/");
        await page.waitForSelector("form");
        await page.screenshot(n("signin"));
        world.signedIn = true;
        await page.goto("/o/lead");
        await page.waitForTimeout(900);
        await page.screenshot(n("list"));
        await page.goto(
          '/o/lead?f=[{"field":"source","op":"any","values":["website","expo"]},{"field":"score","op":"at_least","values":["60"]}]',
        );
        await page.waitForTimeout(600);
        await page
          .getByRole("button", { name: lang === "zh-CN" ? "筛选" : "Filter", exact: true })
          .click();
        await page.waitForTimeout(300);
        await page.screenshot(n("filter"));
        await page.goto("/o/lead/records/lead-1");
        await page.waitForTimeout(1200);
        await page.screenshot(n("drawer"));
        for (const [i, tab] of ["timeline", "why"].entries()) {
          await page
            .getByRole("tab")
            .filter({
              hasText: lang === "zh-CN" ? ["时间轴", "为什么"][i] : ["Timeline", "Why"][i],
            })
            .click();
          await page.waitForTimeout(500);
          await page.screenshot(n(tab));
        }
        await page
          .getByRole("button", { name: lang === "zh-CN" ? "记录跟进" : "Log a touch" })
          .click();
        await page.waitForTimeout(500);
        await page.screenshot(n("touch"));
        world.stream = NOTICES.map((data) => ({ event: "notification", data }));
        await page.goto("/o/lead");
        await page.waitForTimeout(900);
        await page.screenshot(n("popups"));
        await page.goto("/notices");
        await page.waitForTimeout(700);
        await page.screenshot(n("notices"));
        await page.goto("/o/lead/new");
        await page.waitForTimeout(900);
        await page.screenshot(n("new"));
        await context.close();
      });
    }
