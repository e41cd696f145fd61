/**
 * Measure how long a lead takes from its 2xx answer to its owner's screen, while leads come in steadily.
 *
 *   CLOSELOOP_E2E_URL=http://127.0.0.1:8600 node scripts/measure-live.mjs [leads a second] [seconds] [owners]
 *
 * Server, database, client and browsers share the machine, so the figure is the system's under all that load.
 */
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const base = process.env.CLOSELOOP_E2E_URL ?? "http://127.0.0.1:8600";
const [rate = 100, seconds = 10] = process.argv.slice(2, 4).map(Number);
const owners = (process.argv[4] ?? "sales1,sales5").split(",");
const run = Date.now();
const headers = { "Closeloop-Intake-Key": "demo-website", "Content-Type": "application/json" };

const browser = await chromium.launch({
  executablePath: ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) =>
    existsSync(path),
  ),
  args: ["--disable-background-networking", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
});

async function watch(login) {
  const context = await browser.newContext({
    locale: "zh-CN",
    viewport: { width: 1440, height: 900 },
  });
  const page = await context.newPage();
  await page.goto(base);
  await page.getByLabel("账号").fill(login);
  await page.getByLabel("密码").fill("closeloop-demo");
  await page.getByRole("button", { name: "登录" }).click();
  await page.getByRole("tab", { name: "全部" }).waitFor();
  await page.evaluate((mark) => {
    const seen = {};
    Object.assign(window, { seen });
    new MutationObserver(() => {
      for (const row of document.querySelectorAll("[data-row]")) {
        const name = row.textContent.match(new RegExp(`LIVE-${mark}-\\d+-`))?.[0];
        if (name) seen[name] ??= Date.now();
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  }, run);
  const me = await (await context.request.get(`${base}/api/v1/me`)).json();
  return { context, page, id: me.person.id };
}

const pages = await Promise.all(owners.map(watch));
await new Promise((resolve) => setTimeout(resolve, 2_000));

const answered = new Map();
const start = Date.now();
const posts = [];
for (let i = 0; i < rate * seconds; i++) {
  const wait = start + (i * 1000) / rate - Date.now();
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  const company = `LIVE-${run}-${i}-`;
  const phone = `1${String(3_000_000_000 + ((run * 10 + i) % 6_999_999_999)).padStart(10, "0")}`;
  const body = JSON.stringify({ company, name: "张洋", phone, page_seconds: 200 });
  posts.push(
    fetch(`${base}/api/v1/intake/website`, { method: "POST", headers, body }).then(
      async (answer) => {
        if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
        answered.set((await answer.json()).id, { company, at: Date.now() });
      },
    ),
  );
}
await Promise.all(posts);
const took = (Date.now() - start) / 1000;
await new Promise((resolve) => setTimeout(resolve, 3_000));

const delays = [];
let missed = 0;
for (const { context, page } of pages) {
  const seen = await page.evaluate(() => window.seen);
  const mine = new Set();
  for (let cursor = ""; cursor !== null;) {
    const filter = encodeURIComponent(`starts_with(company, "LIVE-${run}-") and owner == me`);
    const more = cursor ? `&cursor=${cursor}` : "";
    const answer = await context.request.get(
      `${base}/api/v1/objects/lead/records?limit=500&fields=company&filter=${filter}${more}`,
    );
    const { items, next_cursor } = await answer.json();
    for (const item of items) mine.add(item.id);
    cursor = next_cursor;
  }
  for (const id of mine) {
    const { company, at } = answered.get(id);
    if (seen[company] === undefined) missed += 1;
    else delays.push(seen[company] - at);
  }
}
await browser.close();
delays.sort((a, b) => a - b);
const at = (share) => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))];
console.log(
  `${answered.size} leads in ${took.toFixed(1)} s (${(answered.size / took).toFixed(0)}/s), ` +
    `${owners.length} owners watching: ${delays.length} of theirs seen, ${missed} not; ` +
    `answer to screen p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms`,
);
