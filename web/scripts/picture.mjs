/** Take the README's picture from a running system: CLOSELOOP_E2E_URL says where, the leads are made up here. */
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const base = process.env.CLOSELOOP_E2E_URL ?? "http://127.0.0.1:8600";
const target = new URL("../../docs/images/leads.png", import.meta.url).pathname;
const key = { "Closeloop-Intake-Key": "demo-website" };

const towns = ["苏州", "宁波", "无锡", "常州", "合肥", "青岛", "佛山", "嘉兴"];
const names = ["云帆", "启衡", "瑞泽", "恒拓", "金砺", "博远", "聚能", "明德"];
const trades = ["精密机械", "智能装备", "液压技术", "传动科技"];
const people = ["张洋", "徐婷", "刘子涵", "王伟", "孙敏", "周思远", "李雯", "陈浩然"];
const sources = ["website", "livestream", "ad", "wechat_official", "website", "referral", "expo"];

function lead(i) {
  const company = `${towns[i % 8]}${names[(i * 3 + Math.floor(i / 8)) % 8]}${trades[i % 4]}有限公司`;
  return {
    company,
    name: people[(i * 5) % 8],
    phone: `138${String(20_260_000 + i * 977).padStart(8, "0")}`,
    source: sources[i % sources.length],
    city: i % 3 === 0 ? undefined : towns[i % 8],
    industry: i % 2 === 0 ? "机械制造" : undefined,
    page_seconds: (i * 67) % 420,
    downloads: i % 4 === 1 ? 1 : 0,
    registered_capital: String(((i * 7) % 13) * 1_000_000),
  };
}

const browser = await chromium.launch({
  executablePath: ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) =>
    existsSync(path),
  ),
  args: ["--disable-background-networking", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
});
const page = await browser.newPage({
  viewport: { width: 1440, height: 900 },
  locale: "zh-CN",
  timezoneId: "Asia/Shanghai",
});
for (let i = 0; i < 18; i++) {
  const answer = await page.request.post(`${base}/api/v1/intake/website`, {
    headers: key,
    data: lead(i),
  });
  if (!answer.ok()) throw new Error(`a lead was refused: ${await answer.text()}`);
}
await page.goto(base);
await page.getByLabel("账号").fill("director");
await page.getByLabel("密码").fill("closeloop-demo");
await page.getByRole("button", { name: "登录" }).click();
await page.locator("[data-row]").nth(10).waitFor();
await page.evaluate(() => document.fonts.ready);
await page.screenshot({ path: target });
await browser.close();
console.log(target);
