/** Lay a packed copy beside each built file that is worth it; the server hands out what a browser takes. */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const WORTH_IT = 1024;

let files = 0;
for (const file of globSync("dist/**/*.{js,css,html,json,svg,webmanifest}")) {
  const bytes = readFileSync(file);
  if (bytes.length < WORTH_IT) continue;
  const size = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: size }));
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  files++;
}
console.log(`packed ${files} files`);
