import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { useState } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import { bringWords } from "@/shared/i18n";
import { words as sentence } from "@/shared/sentence/words";
import { namesPeople, newStep, readWho, writeWho, type Step } from "./model";
import { StepsEditor } from "./StepsEditor";
import { words } from "./words";

let steps: Step[] = [];

function Page({ start, problems = {} }: { start: Step[]; problems?: Record<string, string> }) {
  const [now, setNow] = useState(start);
  return (
    <StepsEditor
      object="lead"
      steps={now}
      onChange={(next) => {
        steps = next;
        setNow(next);
      }}
      at="do"
      problems={problems}
      readonly={false}
    />
  );
}

function show(start: Step[], problems?: Record<string, string>) {
  const fields = [
    { name: "owner", label: "负责人", type: "person" },
    { name: "company", label: "公司", type: "text" },
  ];
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  const lead = { name: "lead", label: "线索", fields, operations: [], pipeline: null };
  client.setQueryData(["catalog"], { version: 1, objects: [lead], pipelines: [] });
  render(
    <QueryClientProvider client={client}>
      <Page start={start} problems={problems} />
    </QueryClientProvider>,
  );
}

beforeEach(async () => {
  await Promise.all([bringWords(sentence), bringWords(words)]);
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ items: [] })));
});

test("a step is added, made another under the same condition, and moved by the keyboard", async () => {
  const user = userEvent.setup();
  show([{ set: { company: "'A'" }, when: "owner == null" }]);
  await user.click(screen.getByRole("button", { name: "加一步" }));
  expect(steps.at(-1)).toEqual({ notify: "owner" });

  const [first] = screen.getAllByRole("combobox", { name: "做什么" });
  await user.selectOptions(first!, "unassign");
  expect(steps[0]).toEqual({ unassign: true, when: "owner == null" });

  screen.getByRole("button", { name: "下移：第 1 步" }).focus();
  await user.keyboard("{Enter}");
  expect(steps).toEqual([{ notify: "owner" }, { unassign: true, when: "owner == null" }]);
  // The moved step has come to the end: its button up is where one goes on.
  expect(document.activeElement).toBe(screen.getByRole("button", { name: "上移：第 2 步" }));
});

test("a value keeps its place when its field is changed, and problems stand beside theirs", async () => {
  const user = userEvent.setup();
  show([{ set: { company: "'A'" } }], { "do[0].set.company": "类型不对" });
  const [item] = screen.getAllByRole("listitem");
  expect(within(item!).getByRole("alert").textContent).toBe("类型不对");
  await user.selectOptions(within(item!).getByRole("combobox", { name: "字段" }), "owner");
  expect(steps).toEqual([{ set: { owner: "'A'" } }]);
});

test("names of people are written as they were", () => {
  for (const word of ["owner", "superior", "manager", "role:manager", "person:sales1"]) {
    expect(writeWho(readWho(word))).toBe(word);
  }
});

test("what is assigned is an expression where a field has the name", () => {
  const fields = [{ name: "owner", label: "", type: "person" as const }];
  expect(namesPeople("owner", fields)).toBe(false);
  expect(namesPeople("superior", fields)).toBe(true);
  expect(namesPeople("lead.owner", fields)).toBe(false);
  expect(namesPeople(["role:manager"], fields)).toBe(true);
  expect(newStep("move", { set: {}, when: "a" })).toEqual({ move: "", when: "a" });
});
