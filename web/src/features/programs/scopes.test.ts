import { expect, test } from "vitest";
import { scopesOf } from "./scopes";

test("to write an object one has to read it", () => {
  expect(scopesOf([], { lead: "write", customer: "read", todo: "" })).toEqual([
    "object:lead:read",
    "object:lead:write",
    "object:customer:read",
  ]);
});

test("what is said of everything isn't said again of one object", () => {
  expect(scopesOf(["read"], { lead: "write" })).toEqual(["read", "object:lead:write"]);
});
