import { expect, test } from "vitest";
import type { Field } from "@/shared/api/types";
import { arrange, changesOf, missing, toServer } from "./model";
import { instantOf, wallClockOf } from "./wallClock";

const text: Field = { name: "company", label: "", type: "text", required: true };
const owner: Field = { name: "backup", label: "", type: "person" };
const needs: Field = { name: "needs", label: "", type: "multi_choice" };

test("only what differs is sent, in the server's shape", () => {
  const before = { company: "A", backup: { id: "1", label: "x" }, needs: null };
  const after = { company: " B ", backup: { id: "1", label: "renamed" }, needs: [] };
  expect(changesOf([text, owner, needs], before, after)).toEqual({ company: "B" });
  expect(toServer(owner, { id: "2", label: "y" })).toBe("2");
  expect(changesOf([text], { company: "A" }, { company: "  " })).toEqual({ company: null });
});

test("a required field of blanks is missing", () => {
  expect(missing([text, owner], { company: "  " })).toEqual(["company"]);
  expect(missing([text], { company: "A" })).toEqual([]);
});

test("core fields first; without any the first six; never the system's", () => {
  const fields = Array.from({ length: 8 }, (_, i): Field => ({
    name: `f${i}`,
    label: "",
    type: "text",
  }));
  const system: Field = { name: "created_at", label: "", type: "datetime", system: true };
  expect(arrange([...fields, system]).core).toHaveLength(6);
  const core = { ...text, core: true };
  expect(arrange([...fields, core])).toEqual({ core: [core], more: fields });
});

test.each([
  ["2026-11-22T02:30:00.000Z", "Asia/Shanghai", "2026-11-22T10:30:00"],
  // Around a change of the clocks the offset differs on its two sides.
  ["2026-03-29T00:59:00.000Z", "Europe/Berlin", "2026-03-29T01:59:00"],
  ["2026-03-29T01:00:00.000Z", "Europe/Berlin", "2026-03-29T03:00:00"],
  ["2026-10-25T02:30:00.000Z", "Europe/Berlin", "2026-10-25T03:30:00"],
])("%s in %s is %s, and back", (instant, zone, wall) => {
  expect(wallClockOf(instant, zone)).toBe(wall);
  expect(instantOf(wall, zone)).toBe(instant);
});
