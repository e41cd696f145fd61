/** The forms of every definition that the sales app ships: nothing is lost, and what is changed back is as it was. */
import { globSync, readFileSync } from "node:fs";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, fireEvent, render, screen } from "@testing-library/react";
import { Suspense, useState } from "react";
import { parse } from "yaml";
import { beforeEach, expect, test, vi } from "vitest";
import { readCatalog, type CatalogAnswer } from "@/shared/api/catalog";
import type { DefinitionBody } from "@/shared/definition/form";
import { FORMS } from "./kinds";

const APP = "../src/closeloop/apps/sales";
const KINDS = {
  rule: "rules",
  clock: "clocks",
  calendar: "calendars",
  operation: "operations",
  pipeline: "pipelines",
};

function bodiesIn(folder: string): DefinitionBody[] {
  return globSync(`${APP}/${folder}/*.yaml`)
    .sort()
    .map((file) => parse(readFileSync(file, "utf8")) as DefinitionBody);
}

const SHIPPED = Object.entries(KINDS).flatMap(([kind, folder]) =>
  bodiesIn(folder).map((body) => ({ kind, key: String(body[kind]), body })),
);

interface RawField {
  label?: Record<string, string>;
  type?: string;
  object?: string;
}

/** The catalog as the server would tell it, as far as forms look at it. */
function catalog() {
  const system = { owner: { type: "person" }, created_at: { type: "datetime" } };
  const answer = {
    version: 1,
    objects: bodiesIn("objects").map((body) => ({
      name: body.object,
      label: body.object,
      pipeline: body.object,
      fields: Object.entries({ ...system, ...(body.fields as Record<string, RawField>) }).map(
        ([name, raw]) => ({ ...raw, name, label: name, options: undefined }),
      ),
      operations: [],
    })),
    pipelines: bodiesIn("pipelines").map((body) => ({
      key: body.pipeline,
      object: body.on,
      stages: (body.stages as { key: string }[]).map(({ key }) => ({ key, label: key })),
    })),
  };
  return readCatalog(answer as unknown as CatalogAnswer);
}

let changes: DefinitionBody[] = [];
let problems: Record<string, string> = {};

function Page({
  kind,
  start,
  readonly,
}: {
  kind: string;
  start: DefinitionBody;
  readonly: boolean;
}) {
  const [body, setBody] = useState(start);
  const Form = FORMS[kind]!;
  return (
    <Form
      body={body}
      onChange={(next) => {
        changes.push(next);
        setBody(next);
      }}
      problems={problems}
      readonly={readonly}
    />
  );
}

async function show(kind: string, body: DefinitionBody, readonly = false) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(["catalog"], catalog());
  changes = [];
  await act(async () => {
    render(
      <QueryClientProvider client={client}>
        <Suspense>
          <Page kind={kind} start={body} readonly={readonly} />
        </Suspense>
      </QueryClientProvider>,
    );
  });
  await vi.waitFor(() => expect(document.querySelector("section")).not.toBeNull(), 10_000);
}

/** The blanks of the form itself, without those that only try something out. */
function blanks(): (HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement)[] {
  const all = document.querySelectorAll<HTMLInputElement>("input, textarea, select");
  return [...all].filter((one) => !one.closest("[class*=try]") && one.type !== "checkbox");
}

beforeEach(() => {
  problems = {};
  // Only what a calendar's month and a trial of a due time wait for is missing; they say so.
  vi.stubGlobal("fetch", (path: string) =>
    Promise.resolve(
      path.includes("/calendars/")
        ? Response.json({ code: "invalid" }, { status: 422 })
        : Response.json({ items: [] }),
    ),
  );
});

test.each(SHIPPED)("$kind $key: each text and number changed back is as it was", async (one) => {
  const body = { ...one.body, a_key_of_tomorrow: { kept: [1, 2] } };
  await show(one.kind, body);
  expect(changes).toEqual([]);
  expect(screen.queryByRole("alert")).toBeNull();
  const tried = new Set<string>();
  for (let at = 0; at < blanks().length; at++) {
    const blank = blanks()[at]!;
    const { value } = blank;
    // One of those that ask for the same is enough: each change draws the whole form.
    const asked = (blank.getAttribute("aria-label") ?? "").replace(/^\S+ (?=的值)/, "");
    if (tried.has(asked)) continue;
    // What isn't written has nothing to be changed back to.
    if (blank instanceof HTMLSelectElement || value === "") continue;
    const other = blank.type === "number" ? String(Number(value) + 1) : `${value}x`;
    tried.add(asked);
    fireEvent.change(blank, { target: { value: other } });
    expect(changes.at(-1), blank.getAttribute("aria-label") ?? "").not.toEqual(body);
    expect(changes.at(-1)).toMatchObject({ a_key_of_tomorrow: { kept: [1, 2] } });
    expect(document.contains(blank), "the blank stays while it is written").toBe(true);
    fireEvent.change(blanks()[at]!, { target: { value } });
    expect(changes.at(-1)).toEqual(body);
  }
});

test.each(SHIPPED)("$kind $key has nothing to write for a reader", async ({ kind, body }) => {
  await show(kind, body, true);
  const open = blanks().filter((blank) => !("readOnly" in blank && blank.readOnly));
  expect(open).toEqual([]);
});

test("a problem is told where it is", async () => {
  const rule = SHIPPED.find((one) => one.key === "rose_to_a")!;
  problems = {
    when: "条件不对",
    "do[0].notify": "没有这个角色",
    "do[1].when": "没有这个字段",
    "do[0].title": "花括号不对",
  };
  await show("rule", rule.body);
  const told = screen.getAllByRole("alert").map((one) => one.textContent);
  expect(told.sort()).toEqual(Object.values(problems).sort());
});
