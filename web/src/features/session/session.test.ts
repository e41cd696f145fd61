import { expect, test } from "vitest";
import { agentName } from "./agent";
import { qrCode } from "./qr";

test("a QR code is the one that scanners read", () => {
  // Read back as "closeloop" by a scanner when it was first drawn.
  const rows = qrCode("closeloop").map((row) => row.map((dark) => (dark ? "█" : " ")).join(""));
  expect(rows).toMatchInlineSnapshot(`
    [
      "███████  █ ██ ███████",
      "█     █  ███  █     █",
      "█ ███ █ ██ ██ █ ███ █",
      "█ ███ █  █ █  █ ███ █",
      "█ ███ █   █ █ █ ███ █",
      "█     █     █ █     █",
      "███████ █ █ █ ███████",
      "        ██ ██        ",
      "███ ████████ ██   █  ",
      "     █  ███   ███ ███",
      " ███  █ ██  ██ ██ ███",
      "█ ███  █        █   █",
      "█ █  ████ █ ██ █    █",
      "        ██ █ █ ██ ███",
      "███████ █  █  ████ ██",
      "█     █ █ ████ █     ",
      "█ ███ █ █ ██  ██ █   ",
      "█ ███ █  █    ████ █ ",
      "█ ███ █ ███ █  ███  █",
      "█     █ █     █    █ ",
      "███████ █ █ █ ███  ██",
    ]
  `);
});

test.each([
  [17, 1, 21],
  [134, 6, 41],
  [154, 7, 45],
  [230, 9, 53],
  [858, 20, 97],
])("%i bytes fill version %i", (bytes, _version, size) => {
  expect(qrCode("x".repeat(bytes))).toHaveLength(size);
  const more = () => qrCode("x".repeat(bytes + 1)).length;
  if (bytes === 858) expect(more).toThrow(RangeError);
  else expect(more()).toBe(size + 4);
});

test.each([
  ["Mozilla/5.0 (Windows NT 10.0) Chrome/146.0 Safari/537.36 Edg/146.0", "Edge · Windows"],
  ["Mozilla/5.0 (iPhone) Mobile/15E148 Safari/604.1", "Safari · iPhone"],
  ["Mozilla/5.0 (Linux; Android 16) Chrome/146.0 MicroMessenger/8.0", "WeChat · Android"],
  ["httpx/0.28", "httpx/0.28"],
])("%s is %s", (agent, name) => {
  expect(agentName(agent)).toBe(name);
});
