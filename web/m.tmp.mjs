import { chromium } from "@playwright/test";
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const p = await b.newPage({ viewport: { width: 2370, height: 844 } });
await p.goto("file:///tmp/m.html"); await p.screenshot({ path: "/tmp/phones.png" }); await b.close();
