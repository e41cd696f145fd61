/** Browser tests: `faked` pages answer their own requests; `server` needs a running Closeloop. */
import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const port = process.env.CLOSELOOP_PREVIEW_PORT ?? "4174";
const PREVIEW = `http://127.0.0.1:${port}`;
const server = process.env.CLOSELOOP_E2E_URL;
const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) =>
  existsSync(path),
);

export default defineConfig({
  testDir: "e2e",
  timeout: 90_000,
  expect: { timeout: 10_000 },
  workers: 1,
  reporter: "list",
  use: {
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    viewport: { width: 1440, height: 900 },
    trace: "retain-on-failure",
    // A worker would answer in the place of what the tests make up.
    serviceWorkers: "block",
    launchOptions: {
      executablePath: chromium,
      args: [
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-background-networking",
        "--disable-component-update",
        "--autoplay-policy=user-gesture-required",
      ],
    },
  },
  projects: [
    { name: "faked", testDir: "e2e/faked", use: { baseURL: PREVIEW } },
    ...(server ? [{ name: "server", testDir: "e2e/server", use: { baseURL: server } }] : []),
  ],
  webServer: {
    command: `node node_modules/vite/bin/vite.js preview --strictPort --host 127.0.0.1 --port ${port}`,
    url: PREVIEW,
    reuseExistingServer: !process.env.CI,
  },
});
