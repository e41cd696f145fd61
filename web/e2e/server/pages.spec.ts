import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { PAGES } from "./pages";
import { signIn } from "./sign-in";

const KEY = { "Closeloop-Intake-Key": "demo-website" };
const EACH = 20_000;

for (const [width, height, scheme] of [
  [1440, 900, "light"],
  [390, 844, "dark"],
] as const) {
  test.describe(`${width} px, ${scheme}`, () => {
    test.use({ viewport: { width, height }, colorScheme: scheme, hasTouch: width < 720 });

    test("every page can be used by everybody and is no wider than the window", async ({
      page,
      request,
    }) => {
      test.setTimeout(PAGES.length * EACH);
      const data = { company: `0全部页面${Date.now()}`, name: "方晴", source: "website" };
      const phone = `134${String(Date.now()).slice(-8)}`;
      const answer = await request.post("/api/v1/intake/website", {
        headers: KEY,
        data: { ...data, phone },
      });
      const { id } = (await answer.json()) as { id: string };
      await signIn(page, "admin");
      for (const path of PAGES) {
        await page.goto(path.replace("{lead}", id));
        await expect(page.locator("h1, h2, h3").first()).toBeVisible({ timeout: EACH });
        await expect(page.getByRole("status", { name: "加载中" })).toHaveCount(0);
        // What fades in is not judged half-way; what turns for ever never ends.
        await page.evaluate(() =>
          Promise.allSettled(
            document
              .getAnimations()
              .filter((one) => one.effect?.getComputedTiming().iterations !== Infinity)
              .map((one) => one.finished),
          ),
        );
        // The hosted form in its preview is a page of its own, which its own spec looks at.
        const { violations } = await new AxeBuilder({ page }).exclude("iframe").analyze();
        const told = violations.flatMap((one) => one.nodes.map((at) => `${one.id}: ${at.html}`));
        expect.soft(told, path).toEqual([]);
        const wide = await page.evaluate(
          () => document.documentElement.scrollWidth > window.innerWidth,
        );
        expect.soft(wide, `${path} scrolls sideways`).toBe(false);
      }
    });
  });
}
