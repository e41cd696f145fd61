import { expect, test } from "vitest";
import { isOwnPath } from "./router";

test("after signing in one goes to a path of our own and nowhere else", () => {
  expect(isOwnPath("/o/lead?q=x#top")).toBe(true);
  const elsewhere = [
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "https://evil.example",
    "//",
    "/\\",
    "x",
  ];
  for (const path of elsewhere) expect(isOwnPath(path), path).toBe(false);
});
