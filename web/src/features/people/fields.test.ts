import { expect, test } from "vitest";
import type { Attribute, PersonItem } from "./api";
import { changeOf, draftOf } from "./fields";

const ATTRIBUTES: Attribute[] = [
  { name: "territories", label: "负责区域", type: "list", options: [] },
  { name: "level", label: "级别", type: "text", options: ["junior", "senior"] },
  { name: "weight", label: "分配权重", type: "number", options: [] },
];
const PERSON: PersonItem = {
  id: "1",
  name: "林晓",
  login: "lin",
  active: true,
  on_duty: true,
  away: null,
  quota_open: 20,
  quota_daily: null,
  departments: [{ id: "d1", label: "一组" }],
  roles: [{ key: "sales", label: "销售" }],
  attributes: { territories: ["江苏", "浙江"], level: "junior", weight: null },
  city: "上海",
  locale: "zh-CN",
  email: null,
  must_change: false,
  second_factor: false,
};
const before = draftOf(PERSON, ATTRIBUTES);
const change = (typed: object) => changeOf(before, { ...before, ...typed }, ATTRIBUTES);

test("what is left alone isn't sent", () => {
  expect(change({})).toEqual({});
});

test("numbers go as numbers, emptied ones as nothing, and what is none as typed", () => {
  expect(change({ quota_open: "", quota_daily: " 5 " })).toEqual({
    quota_open: null,
    quota_daily: 5,
  });
  expect(change({ quota_open: "many" })).toEqual({ quota_open: "many" });
});

test("a list of anything is typed with commas of either kind", () => {
  expect(change({ "attributes.territories": "江苏，安徽、 上海," })).toEqual({
    attributes: { territories: ["江苏", "安徽", "上海"] },
  });
});

test("an attribute that is emptied is taken away, and others stay out of it", () => {
  expect(change({ "attributes.level": null, "attributes.weight": "1.5" })).toEqual({
    attributes: { level: null, weight: 1.5 },
  });
});

test("departments and roles are all that the person then has", () => {
  expect(change({ departments: ["d2", "d1"], roles: undefined })).toEqual({
    departments: ["d2", "d1"],
    roles: [],
  });
});
