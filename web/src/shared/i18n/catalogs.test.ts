import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import en from "./en-US.json";
import zh from "./zh-CN.json";

/** Every key with its placeholders; the forms of a plural count as one. */
function keysOf(words: object, path = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, value]): [string, string][] => {
    const name = `${path}${key.replace(/_(one|other)$/, "")}`;
    if (typeof value !== "string") return keysOf(value as object, `${name}.`);
    const holes = (value.match(/\{\{\w+\}\}/g) ?? []).sort().join();
    return [[name, holes]];
  });
}

test("both languages have the same words with the same placeholders", () => {
  const unique = (words: object) =>
    Object.fromEntries(keysOf(words).sort(([a], [b]) => a.localeCompare(b)));
  expect(unique(en)).toEqual(unique(zh));
});

test("no word is kept that no one says", () => {
  const source = globSync("src/**/*.{ts,tsx}")
    .filter((file) => !file.includes(".test."))
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  // A key is said in full, or made from a beginning: `filter.op.${op}`, `account.theme_${one}`.
  const said = (key: string) =>
    source.includes(`"${key}"`) ||
    [...key.matchAll(/[._]/g)].some(({ index }) =>
      source.includes(`\`${key.slice(0, index + 1)}\${`),
    );
  expect(
    keysOf(zh)
      .map(([key]) => key)
      .filter((key) => !said(key)),
  ).toEqual([]);
});
