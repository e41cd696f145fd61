/**
 * Scrolls 5,000 rows of a list in Chromium and says which tasks were long: node scripts/measure-scroll.mjs URL LOGIN PASSWORD
 * `longTasks` is time as it passed; `busiest` is what the page's thread computed, which a busy machine doesn't change.
 */
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const [url, login, password] = process.argv.slice(2);
if (!password) throw new Error("address, login and password are needed");
const ROWS = 5_000;
const LIMIT = 100;

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.request.post(`${url}/api/v1/session`, { data: { login, password } });

// What the server would give for so long a page: its own rows, again and again under other ids.
await page.route("**/api/v1/objects/*/records?*", async (route) => {
  const answer = await route.fetch();
  const body = await answer.json();
  if (!body.items?.length) return route.fulfill({ response: answer });
  const items = Array.from({ length: ROWS }, (_, i) => ({
    ...body.items[i % body.items.length],
    id: `row-${i}`,
  }));
  return route.fulfill({ json: { ...body, items, total: ROWS } });
});
await page.goto(`${url}/o/lead`);
await page.locator("[data-row]").first().waitFor();
await page.waitForTimeout(2_000);

await browser.startTracing(page, {
  categories: ["toplevel", "disabled-by-default-devtools.timeline"],
});
const told = await page.evaluate(async () => {
  const tasks = [];
  const watch = new window.PerformanceObserver((list) => {
    tasks.push(...list.getEntries().map((one) => Math.round(one.duration)));
  });
  watch.observe({ type: "longtask" });
  const grid = document.querySelector('[role="grid"]');
  const frames = [];
  let last = window.performance.now();
  const step = grid.scrollHeight / 240;
  while (grid.scrollTop + grid.clientHeight < grid.scrollHeight - 1) {
    grid.scrollTop += step;
    await new Promise((next) => window.requestAnimationFrame(next));
    const now = window.performance.now();
    frames.push(now - last);
    last = now;
  }
  await new Promise((next) => setTimeout(next, 300));
  frames.sort((a, b) => a - b);
  return {
    rows: Number(grid.getAttribute("aria-rowcount")) - 1,
    frames: frames.length,
    median: Math.round(frames[Math.floor(frames.length / 2)]),
    p95: Math.round(frames[Math.floor(frames.length * 0.95)]),
    longTasks: tasks,
  };
});
const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
await browser.close();

const isMain = new Set(
  traceEvents
    .filter((one) => one.name === "thread_name" && one.args.name === "CrRendererMain")
    .map((one) => `${one.pid} ${one.tid}`),
);
const computed = traceEvents
  .filter((one) => one.name.endsWith("RunTask") && isMain.has(`${one.pid} ${one.tid}`) && one.tdur)
  .map((one) => Math.round(one.tdur / 1_000))
  .sort((a, b) => b - a);
console.log(
  JSON.stringify({ ...told, longTasks: told.longTasks.length, busiest: computed.slice(0, 5) }),
);
if (computed[0] === undefined || computed[0] > LIMIT) process.exit(1);
