import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const catalogs = globSync("src/**/zh-CN.json").map((file) => ({
  folder: file.replace(/\/zh-CN\.json$/, ""),
  zh: read(file),
  en: read(file.replace("zh-CN", "en-US")),
}));

function read(file: string): object {
  return JSON.parse(readFileSync(file, "utf8")) as object;
}

/** Every key with its placeholders; the forms of a plural count as one. */
function keysOf(words: object, path = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, value]): [string, string][] => {
    const name = `${path}${key.replace(/_(one|other)$/, "")}`;
    if (typeof value !== "string") return keysOf(value as object, `${name}.`);
    const holes = (value.match(/\{\{\w+\}\}/g) ?? []).sort().join();
    return [[name, holes]];
  });
}

test.each(catalogs)("both languages have the same words in $folder", ({ zh, en }) => {
  const unique = (words: object) =>
    Object.fromEntries(keysOf(words).sort(([a], [b]) => a.localeCompare(b)));
  expect(unique(en)).toEqual(unique(zh));
});

test("no name of a group of words is taken twice", () => {
  const groups = catalogs.flatMap(({ zh }) => Object.keys(zh));
  expect(groups.filter((one, i) => groups.indexOf(one) < i)).toEqual([]);
});

test.each(catalogs)("no word is kept in $folder that no one says", ({ zh }) => {
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
