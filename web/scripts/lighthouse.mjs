/**
 * Audits the main pages of a running product as a desktop browser sees them: node scripts/lighthouse.mjs URL LOGIN PASSWORD [NAME...]
 * Each page is looked at three times and the middle figure counts, since a busy machine makes a single one swing.
 * Ends with 1 when a page is under its target; `BELOW=1` also tells what costs points.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import lighthouse, { desktopConfig } from "lighthouse";

const [url, login, password, ...only] = process.argv.slice(2);
if (!password) throw new Error("address, login and password are needed");

const RUNS = 3;
const TARGETS = { performance: 90, accessibility: 100, "best-practices": 0 };
const PAGES = [
  { name: "sign-in", path: "/sign-in", stranger: true },
  { name: "desk", path: "/desk" },
  { name: "list", path: "/o/lead" },
  { name: "record", path: "/o/lead/records/{lead}/full" },
  { name: "board", path: "/boards/lead_lights" },
  { name: "set-up", path: "/setup/scorecard/lead_score" },
];

/** A port that nobody listens on: lighthouse talks to the browser over one. */
const freePort = () =>
  new Promise((found) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => found(port));
    });
  });

const middle = (figures) => figures.sort((a, b) => a - b)[Math.floor(figures.length / 2)];

/** What takes points away, with what the audit says of it. */
function costs(lhr) {
  const found = [];
  for (const [category, { auditRefs }] of Object.entries(lhr.categories)) {
    for (const { id, weight } of auditRefs) {
      const { score, displayValue = "", title } = lhr.audits[id];
      if (weight > 0 && score !== null && score < 1) {
        found.push(`    ${category} ${id} ${Math.round(score * 100)}: ${title} ${displayValue}`);
      }
    }
  }
  return found;
}

const port = await freePort();
const profile = mkdtempSync(join(tmpdir(), "lighthouse-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync),
  args: [`--remote-debugging-port=${port}`, "--no-sandbox", "--disable-background-networking"],
});

let failed = false;
try {
  let lead = "";
  for (const page of PAGES) {
    if (only.length > 0 && !only.includes(page.name)) continue;
    if (!page.stranger && !lead) {
      await browser.request.post(`${url}/api/v1/session`, { data: { login, password } });
      const answer = await browser.request.get(`${url}/api/v1/objects/lead/records?limit=1`);
      lead = (await answer.json()).items[0].id;
    }
    const address = url + page.path.replace("{lead}", lead);
    const reports = [];
    for (let run = 0; run < RUNS; run++) {
      // Caches are emptied before each; cookies stay, and the session with them.
      const flags = { port, onlyCategories: Object.keys(TARGETS) };
      const { lhr } = await lighthouse(address, flags, desktopConfig);
      if (new URL(lhr.finalDisplayedUrl).pathname !== new URL(address).pathname) {
        throw new Error(`${address} led to ${lhr.finalDisplayedUrl}`);
      }
      reports.push(lhr);
    }
    const figures = Object.entries(TARGETS).map(([category, target]) => {
      const of = reports.map((lhr) => Math.round(lhr.categories[category].score * 100));
      const figure = middle(of);
      failed ||= figure < target;
      return `${category} ${figure}${figure < target ? ` (under ${target})` : ""}`;
    });
    const paint = middle(
      reports.map((lhr) => Math.round(lhr.audits["largest-contentful-paint"].numericValue)),
    );
    console.log(
      `${page.name}: ${figures.join(", ")}, largest paint ${paint} ms, load ${loadavg()[0].toFixed(1)}`,
    );
    if (process.env.BELOW) console.log(costs(reports[0]).join("\n"));
  }
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
if (failed) process.exit(1);
