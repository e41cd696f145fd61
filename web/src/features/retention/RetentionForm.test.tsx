import { fireEvent, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { showForm } from "@/shared/definition/testing";
import { bringWords } from "@/shared/i18n";
import { words as sentence } from "@/shared/sentence/words";
import { RetentionForm } from "./RetentionForm";
import { words } from "./words";

await Promise.all([words, sentence].map(bringWords));

test("days are given by what is kept, and what is emptied is kept as long as usual", () => {
  const { seen } = showForm(RetentionForm, { retention: "company" });
  const notices = screen.getByLabelText("通知");
  expect(notices).toHaveProperty("placeholder", "180");
  fireEvent.change(notices, { target: { value: "30" } });
  expect(seen.body).toEqual({ retention: "company", days: { notices: 30 } });
  fireEvent.change(screen.getByLabelText("通知"), { target: { value: "" } });
  expect(seen.body).toEqual({ retention: "company" });
});
