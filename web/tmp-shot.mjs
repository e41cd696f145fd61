import { chromium } from "@playwright/test";
const [,, ...args] = process.argv; // login path:name ...
const opt = process.env;
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const ctx = await b.newContext({ locale: opt.LOC ?? "zh-CN", timezoneId: "Asia/Shanghai", colorScheme: opt.DARK ? "dark" : "light", viewport: { width: Number(opt.W ?? 1440), height: Number(opt.H ?? 900) }, hasTouch: opt.W === "390" });
const p = await ctx.newPage();
p.on("pageerror", e => console.log("ERR", e.message));
p.on("console", m => m.type() === "error" && console.log("CON", m.text().slice(0, 300)));
await p.goto("http://127.0.0.1:8705/sign-in");
await p.getByLabel(opt.LOC === "en-US" ? "Account" : "账号").or(p.locator("input").first()).first().fill(opt.LOGIN ?? "director");
await p.locator('input[type="password"]').fill("closeloop-demo");
await p.locator('button[type="submit"], form button').last().click();
await p.waitForTimeout(1500);
if (opt.DARK) await p.evaluate(() => { document.documentElement.dataset.theme = "dark"; });
for (const a of args) {
  const [path, name] = a.split("=");
  await p.goto("http://127.0.0.1:8705" + path);
  await p.waitForTimeout(1800);
  if (opt.DARK) await p.evaluate(() => { document.documentElement.dataset.theme = "dark"; });
  const w = await p.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  if (w[0] > w[1]) console.log("WIDE", path, w);
  // grow the viewport to hold the scrolling part
  const h = await p.evaluate(() => Math.max(...[...document.querySelectorAll("*")].map(e => e.scrollHeight)));
  await p.setViewportSize({ width: Number(opt.W ?? 1440), height: Math.min(h + 120, 3600) });
  await p.waitForTimeout(300);
  await p.screenshot({ path: `/tmp/shots8705/${name}.png` });
  await p.setViewportSize({ width: Number(opt.W ?? 1440), height: 900 });
}
await b.close();
