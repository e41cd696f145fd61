import { expect, test } from "vitest";
import type { Field } from "@/shared/api/types";
import { arrange, changesOf, defaultsOf, toServer, unready } from "./model";
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
  expect(unready([text, owner], { company: "  " })).toEqual({ company: "required" });
  expect(unready([text], { company: "A" })).toEqual({});
});

test("a file goes as its id, and not before it has one", () => {
  const papers: Field = { name: "papers", label: "", type: "file" };
  const file = { id: "f1", name: "a.pdf", type: "application/pdf", size: 10 };
  const onItsWay = { ...file, id: "" };
  expect(toServer(papers, [file])).toEqual(["f1"]);
  expect(changesOf([papers], { papers: [file] }, { papers: [{ ...file, name: "b" }] })).toEqual({});
  expect(changesOf([papers], { papers: [file] }, { papers: [] })).toEqual({ papers: null });
  expect(unready([papers], { papers: [file, onItsWay] })).toEqual({ papers: "uploading" });
});

test("a place goes as numbers, blank parts don't go at all", () => {
  const spot: Field = { name: "spot", label: "", type: "place" };
  const site: Field = { name: "site", label: "", type: "address" };
  expect(toServer(spot, { lat: "31.23", lng: "121.47" })).toEqual({ lat: 31.23, lng: 121.47 });
  expect(toServer(spot, { lat: "north", lng: "" })).toEqual({ lat: "north" });
  expect(toServer(spot, { lat: "", lng: "" })).toBeNull();
  expect(toServer(site, { city: "苏州市", street: "" })).toEqual({ city: "苏州市" });
  expect(changesOf([site], { site: null }, { site: { city: "" } })).toEqual({});
});

test("a new record starts with the defaults that are known", () => {
  const fields = [{ ...text, default: "A" }, { ...needs, default: null }, owner];
  expect(defaultsOf(fields)).toEqual({ company: "A" });
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
