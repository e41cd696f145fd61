import { expect, test } from "vitest";
import type { Catalog, Field } from "@/shared/api/types";
import type { Filter } from "@/shared/filter/model";
import zh from "./zh-CN.json";
import { joined } from "./joined";
import { inWords, type Say } from "./inWords";
import { charactersOf, tokensOf, unitsOf } from "./tokens";

const options = [
  { key: "website", label: "官网" },
  { key: "expo", label: "展会" },
];
const catalog = {
  objects: [
    {
      name: "lead",
      fields: [
        { name: "source", label: "来源", type: "choice", options },
        { name: "page_seconds", label: "停留秒数", type: "integer" },
        { name: "customer", label: "客户", type: "relation", object: "customer" },
      ],
    },
    { name: "customer", fields: [{ name: "name", label: "名称", type: "text" }] },
  ],
} as unknown as Catalog;

const say: Say = (word, values = {}) =>
  (zh.expression.word as Record<string, string>)[word]?.replace(
    /\{\{(\w+)\}\}/g,
    (_, name: string) => (values as Record<string, string>)[name] ?? "",
  );
const said = (source: string, roots = {}) => inWords(source, "lead", roots, catalog, say);

test("a condition is said with the labels of fields and options", () => {
  expect(said("page_seconds > 180 and source != 'expo'")).toBe(
    "停留秒数 大于 180 并且 来源 不是 展会",
  );
  expect(said("source in ['website', 'expo']")).toBe("来源 是 官网、展会 之一");
  expect(said("record.customer.name == null")).toBe("客户 › 名称 是空的");
  expect(said("before.source == 'expo'", { before: "lead" })).toBe("来源 是 展会");
});

test("times, people and long numbers are said as people say them", () => {
  expect(said("page_seconds > 5000000")).toBe("停留秒数 大于 5,000,000");
  expect(said("page_seconds - customer <= hours(24)")).toBe("停留秒数 - 客户 不大于 24 小时");
  expect(said("customer in my_subtree or page_seconds <= now()")).toBe(
    "客户 是 自己和下属 之一 或者 停留秒数 不大于 现在",
  );
  expect(said("source not in ['expo'] and customer != null")).toBe(
    "来源 不是 展会 里的 并且 客户 不是空的",
  );
  expect(said("source in ['expo'")).toBe("来源 是 展会 之一");
  expect(said("page_seconds > hours(")).toBeUndefined();
});

test("what calls functions, or speaks of nothing known, is left as it is", () => {
  expect(said("25 * filled(company)")).toBeUndefined();
  expect(said("1 + 1")).toBeUndefined();
});

test("an expression that is being typed is cut into words all the same", () => {
  expect(tokensOf("a >= 'x").map(({ kind }) => kind)).toEqual([
    "name",
    "space",
    "sign",
    "space",
    "text",
  ]);
  expect(tokensOf("`我 的`.b").map(({ text }) => text)).toEqual(["`我 的`", ".", "b"]);
});

test("places count characters, as the server does", () => {
  expect(unitsOf("'😀' == x", 7)).toBe(8);
  expect(charactersOf("'😀' == x", 8)).toBe(7);
});

test("what is chosen is written as one would write it, behind what is there", () => {
  const [source, seconds] = catalog.objects[0]?.fields as [Field, Field];
  const some: Filter = { field: "source", op: "any", values: ["website", "expo"] };
  const none: Filter = { field: "source", op: "none_of", values: ["expo"] };
  const long: Filter = { field: "page_seconds", op: "at_least", values: ["60"] };
  expect(joined("", source, some)).toBe("source in ['website', 'expo']");
  expect(joined("", source, none)).toBe("source == null or source not in ['expo']");
  expect(joined("source == null or page_seconds > 9", seconds, long)).toBe(
    "(source == null or page_seconds > 9) and page_seconds >= 60",
  );
  expect(said("has(source, 'expo') and contains(customer.name, 'a')")).toBe(
    "来源 含有 展会 并且 客户 › 名称 含有 'a'",
  );
  expect(said("has(source, ")).toBeUndefined();
});
