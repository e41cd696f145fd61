import { expect, test } from "vitest";
import type { Field, RecordItem } from "@/shared/api/types";
import { takenBack } from "./batch";

const owner: Field = { name: "owner", label: "", type: "person" };
const row = (id: string, person: string | null) =>
  ({ id, version: 1, owner: person && { id: person, label: person } }) as RecordItem;

test("each record gets its own value back, those that had the same one together", () => {
  const rows = [row("1", "a"), row("2", null), row("3", "a")];
  expect(takenBack(owner, rows)).toEqual([
    { ids: ["1", "3"], value: "a" },
    { ids: ["2"], value: null },
  ]);
});

test("too many different values are not given back one by one", () => {
  const rows = Array.from({ length: 21 }, (_, i) => row(String(i), `p${i}`));
  expect(takenBack(owner, rows)).toBeUndefined();
});
