/** Fails when source outside the i18n catalogs holds Chinese text. */
import { globSync, readFileSync } from "node:fs";

const cjk = /[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]/;
const found = globSync("src/**/*.{ts,tsx,css}")
  .filter((file) => !/\.test\.tsx?$/.test(file))
  .flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line, i) => (cjk.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : [])),
  );
if (found.length > 0) {
  console.error(`Chinese text belongs in src/shared/i18n:\n${found.join("\n")}`);
  process.exit(1);
}
