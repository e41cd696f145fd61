import { expect, test } from "vitest";
import { effectsOf, losesValues, type Plan, type TableChange } from "./model";

function change(change: string, name: string | null, table = "memo"): TableChange {
  return { change, table, name, lock: "none", late: false, reversible: true };
}

const PLAN: Plan = {
  schema: [
    change("DropColumn", "other"),
    change("AddColumn", "neu"),
    change("AddColumn", "sys_uniq_neu"),
    change("BuildIndex", "memo_neu_u"),
    change("AdoptColumn", "back"),
    change("AddColumn", "elsewhere", "lead"),
  ],
  conversions: [
    {
      object: "memo",
      field: "worth",
      from: "text",
      to: "integer",
      values: 2,
      lost: 1,
      examples: [{ id: "1", value: "much" }],
    },
    { object: "memo", field: "empty", from: "text", to: "date", values: 0, lost: 0, examples: [] },
  ],
  problems: [],
};

test("people are told of fields and values; what is the kernel's own is counted", () => {
  const { effects, inner } = effectsOf(PLAN, "memo");
  expect(effects).toEqual([
    { of: "gone", field: "other" },
    { of: "added", field: "neu" },
    { of: "back", field: "back" },
    { of: "lost", field: "worth", values: 2, lost: 1, examples: ["much"] },
    { of: "empty_field", field: "empty" },
  ]);
  expect(inner).toBe(3);
  expect(losesValues(PLAN)).toBe(true);
  expect(losesValues(undefined)).toBe(false);
});

test("a new object is one thing, not a list of its columns", () => {
  const schema = [change("CreateTable", null), change("CreateIndex", "memo_order")];
  expect(effectsOf({ schema, conversions: [], problems: [] }, "memo")).toEqual({
    effects: [{ of: "made" }],
    inner: 1,
  });
});
