/** Fails when a page loads more gzipped JavaScript than its budget; reads dist/.vite/manifest.json. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const KB = 1024;
const BUDGETS = [
  {
    page: "list",
    limit: 250 * KB,
    entries: ["index.html", "src/shared/i18n/zh-CN.json", "src/features/records/ListPage.tsx"],
  },
  {
    page: "list, record and form",
    limit: 320 * KB,
    entries: [
      "index.html",
      "src/shared/i18n/zh-CN.json",
      "src/features/records/ListPage.tsx",
      "src/features/records/RecordDrawer.tsx",
      "src/shared/form/Form.tsx",
    ],
  },
];

const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));

/** The files that a browser fetches for these entries: themselves and all that they import at once. */
function filesOf(entries) {
  const seen = new Set();
  const queue = [...entries];
  while (queue.length > 0) {
    const key = queue.pop();
    const chunk = manifest[key];
    if (!chunk) throw new Error(`${key} is not in the manifest: is it still a chunk of its own?`);
    if (seen.has(key)) continue;
    seen.add(key);
    queue.push(...(chunk.imports ?? []));
  }
  return [...new Set([...seen].map((key) => manifest[key].file))].filter((file) =>
    file.endsWith(".js"),
  );
}

let failed = false;
for (const { page, limit, entries } of BUDGETS) {
  const size = filesOf(entries).reduce(
    (sum, file) => sum + gzipSync(readFileSync(`dist/${file}`)).length,
    0,
  );
  const over = size > limit;
  failed ||= over;
  console.log(
    `${over ? "OVER" : "ok  "} ${page}: ${(size / KB).toFixed(1)} KB of ${limit / KB} KB gzipped`,
  );
}
if (failed) process.exit(1);
