/** Draw the icons of the installed app from the favicon: `node scripts/icons.mjs` after it has changed. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { chromium } from "@playwright/test";

const folder = new URL("../public/icons/", import.meta.url).pathname;
const svg = readFileSync(new URL("../public/favicon.svg", import.meta.url), "utf8");
const BRAND = "#2f5bea";
/** A system may cut a maskable icon down to a circle: what matters keeps to the middle. */
const ICONS = [
  { name: "192.png", size: 192, drawn: 1 },
  { name: "512.png", size: 512, drawn: 1 },
  { name: "maskable-512.png", size: 512, drawn: 0.8, ground: BRAND },
  { name: "apple-180.png", size: 180, drawn: 0.9, ground: BRAND },
];

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) =>
    existsSync(path),
  ),
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
for (const { name, size, drawn, ground = "transparent" } of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const side = Math.round(size * drawn);
  await page.setContent(`<style>
    html, body { height: 100%; margin: 0; background: ${ground}; }
    body { display: grid; place-items: center; }
    svg { width: ${side}px; height: ${side}px; }
  </style>${svg}`);
  await page.screenshot({ path: folder + name, omitBackground: true });
  await page.close();
}
await browser.close();
