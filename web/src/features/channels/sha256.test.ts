import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { randomKey, sha256 } from "./sha256";

test.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 1000])("a text of %i letters", (length) => {
  const text = "线索abc".repeat(200).slice(0, length);
  expect(sha256(text)).toBe(createHash("sha256").update(text).digest("hex"));
});

test("the demo's published key has the hash of its definition", () => {
  expect(sha256("demo-website")).toBe(
    "b60ca7e58388eb84747e7af72c639b4c8b9b9cc47cf90953d4998c33a36a25ce",
  );
});

test("keys differ", () => {
  expect(randomKey()).toMatch(/^[0-9a-f]{48}$/);
  expect(randomKey()).not.toBe(randomKey());
});
