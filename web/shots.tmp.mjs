import { chromium } from "@playwright/test";
import { readFileSync } from "node:fs";
const ids = JSON.parse(readFileSync("/tmp/ids.json"));
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const [, , who = "sales1", theme = "light", width = "1440", ...what] = process.argv;
const ctx = await b.newContext({ baseURL: "http://127.0.0.1:8711", locale: "zh-CN", timezoneId: "Asia/Shanghai", viewport: { width: +width, height: +width > 600 ? 900 : 844 }, colorScheme: theme, hasTouch: +width < 600 });
const p = await ctx.newPage();
p.on("pageerror", (e) => console.log("ERR", e.message));
await p.goto("/");
await p.getByLabel("账号").fill(who); await p.getByLabel("密码").fill("closeloop-demo"); await p.getByRole("button", { name: "登录" }).click();
await p.waitForURL(/\/(o|desk)/);
const shot = async (n) => { await p.waitForTimeout(700); await p.screenshot({ path: `/tmp/shot-${n}-${theme}-${width}.png` }); };
const steps = {
  lead: async () => { await p.goto(`/o/lead/records/${ids.lead}`); await p.getByRole("tab", { name: "资料" }).waitFor(); await shot("lead"); },
  timeline: async () => { await p.goto(`/o/lead/records/${ids.lead}`); await p.getByRole("tab", { name: "时间轴" }).click(); await p.getByText("起因").first().waitFor(); await shot("timeline"); },
  why: async () => { await p.goto(`/o/lead/records/${ids.lead}/full`); await p.getByRole("tab", { name: "为什么" }).click(); await p.waitForTimeout(800); for (const d of await p.locator("details").all()) await d.locator("summary").click(); await shot("why"); await p.locator("details").last().scrollIntoViewIfNeeded(); await shot("why2"); },
  people: async () => { await p.goto(`/o/lead/records/${ids.lead}`); await p.getByRole("tab", { name: "归属" }).click(); await shot("people"); },
  merge: async () => { await p.goto(`/o/customer/records/${ids.x}`); await p.getByRole("button", { name: "对比合并" }).first().click(); await p.getByText("合并后会怎样").waitFor(); await shot("merge"); },
  customer: async () => { await p.goto(`/o/customer/records/${ids.x}`); await p.getByRole("tab", { name: "资料" }).waitFor(); await shot("customer"); },
  files: async () => { await p.goto(`/o/opportunity/records/${ids.opp}`); await p.getByRole("tab", { name: "附件" }).click(); await p.getByRole("button", { name: "决策流程图.png" }).click(); await shot("files"); },
};
for (const w of what) { try { await steps[w](); } catch (e) { console.log(w, e.message.slice(0, 300)); await shot(w + "-err"); } }
await b.close();
