import { fireEvent, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { expectRoundTrip, shipped, showForm } from "@/shared/definition/testing";
import { bringWords } from "@/shared/i18n";
import { words as sentence } from "@/shared/sentence/words";
import { ProfileForm } from "./ProfileForm";
import { words } from "./words";

await Promise.all([words, sentence].map(bringWords));

test.each(shipped("profiles"))("%s can be changed and is left as it was", (_, body) => {
  const { container, seen, unmount } = showForm(ProfileForm, body);
  expectRoundTrip(container, seen);
  unmount();
});

test("words to choose from are written with either comma, and go with a type that has none", () => {
  const level = { type: "text", label: { "zh-CN": "级别" } };
  const { seen } = showForm(ProfileForm, { profile: "person", attributes: { level } });
  fireEvent.change(screen.getByLabelText("只能选"), { target: { value: "初级、中级， 高级、" } });
  expect(seen.body.attributes).toEqual({ level: { ...level, options: ["初级", "中级", "高级"] } });
  fireEvent.change(screen.getByLabelText("填什么"), { target: { value: "number" } });
  expect(seen.body.attributes).toEqual({ level: { ...level, type: "number" } });
});
