/**
 * Take the pictures of the README and the guides from a running system with the demo company's history.
 *
 * `CLOSELOOP_E2E_URL` says where it runs; names as arguments take those pictures only. Each picture is taken once in
 * Chinese and once in English, into `docs/images/<language>/<name>.png`.
 */
import { existsSync, mkdirSync } from "node:fs";
import { chromium } from "@playwright/test";

const base = process.env.CLOSELOOP_E2E_URL ?? "http://127.0.0.1:8600";
const folder = new URL("../../docs/images/", import.meta.url).pathname;
const only = process.argv.slice(2);
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

/** The first record of a list that a condition holds for, as who is signed in sees it. */
async function first(page, object, filter, sort) {
  const query = new URLSearchParams({ limit: "1", filter, sort });
  const answer = await page.request.get(`${base}/api/v1/objects/${object}/records?${query}`);
  const [found] = (await answer.json()).items;
  if (!found) throw new Error(`${object} has no record with ${filter}`);
  return found.id;
}

const lead = async (page) =>
  `/o/lead/records/${await first(page, "lead", "stage == 'contacted' and owner != null", "-score")}`;

const tab = (name) => async (page) => {
  await page.getByRole("tab", { name }).first().click();
};

/** `of` is an address or gives one; `then` does what has to be done before the picture is taken. */
const PICTURES = [
  { name: "leads", as: "director", of: "/o/lead" },
  { name: "desk", as: "sales1", of: "/desk" },
  { name: "lead", as: "sales1", of: lead },
  { name: "why", as: "director", of: lead, then: tab(/为什么|Why/) },
  { name: "board", as: "manager1", of: "/boards/lead_lights" },
  { name: "kanban", as: "director", of: "/o/opportunity?as=kanban&by=stage" },
  { name: "metrics", as: "director", of: "/analysis/metrics" },
  { name: "watch", as: "manager1", of: "/setup/watch" },
  { name: "scorecard", as: "director", of: "/setup/scorecard/lead_score" },
  { name: "assignment", as: "director", of: "/setup/assignment/online" },
  { name: "objects", as: "director", of: "/setup/object/lead" },
  { name: "clock", as: "director", of: "/setup/clock/first_touch" },
  { name: "rule", as: "director", of: "/setup/rule/return_idle" },
  { name: "people", as: "admin", of: "/setup/people" },
  { name: "role", as: "admin", of: "/setup/role/sales" },
  { name: "channel", as: "admin", of: "/setup/channel/website" },
  { name: "start", as: "director", of: "/start" },
  { name: "phone-desk", as: "sales1", of: "/desk", viewport: PHONE },
  { name: "phone-leads", as: "sales1", of: "/o/lead", viewport: PHONE },
];

const browser = await chromium.launch({
  executablePath: ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) =>
    existsSync(path),
  ),
  args: ["--disable-background-networking", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
});

async function signedIn(login, locale, viewport) {
  const context = await browser.newContext({
    viewport,
    deviceScaleFactor: viewport === PHONE ? 2 : 1,
    locale,
    timezoneId: "Asia/Shanghai",
    extraHTTPHeaders: { "Accept-Language": locale },
  });
  const answer = await context.request.post(`${base}/api/v1/session`, {
    data: { login, password: "closeloop-demo" },
  });
  if (!answer.ok()) throw new Error(`${login} can't sign in: ${await answer.text()}`);
  return context;
}

for (const locale of ["zh-CN", "en-US"]) {
  mkdirSync(`${folder}${locale}`, { recursive: true });
  for (const picture of PICTURES) {
    if (only.length > 0 && !only.includes(picture.name)) continue;
    const context = await signedIn(picture.as, locale, picture.viewport ?? DESKTOP);
    const page = await context.newPage();
    const address = typeof picture.of === "string" ? picture.of : await picture.of(page);
    await page.goto(`${base}${address}`);
    await page.waitForLoadState("networkidle", { timeout: 5_000 }).catch(() => {}); // the stream stays open
    await picture.then?.(page);
    await page.evaluate(() => document.fonts.ready);
    await page.waitForTimeout(600);
    const target = `${folder}${locale}/${picture.name}.png`;
    await page.screenshot({ path: target });
    console.log(target);
    await context.close();
  }
}
await browser.close();
