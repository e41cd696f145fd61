/** For the tests of forms: the bodies that the sales app ships, a form that keeps its body, and what must come back. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render } from "@testing-library/react";
import { globSync, readFileSync } from "node:fs";
import { useState, type ComponentType } from "react";
import { expect } from "vitest";
import { parse } from "yaml";
import type { DefinitionBody, DefinitionFormProps } from "./form";

/** Every definition of a kind in the sales app, by its file's name. */
export function shipped(folder: string): [string, DefinitionBody][] {
  return globSync(`../src/closeloop/apps/sales/${folder}/*.yaml`).map((file) => [
    file.split("/").at(-1) ?? file,
    parse(readFileSync(file, "utf8")) as DefinitionBody,
  ]);
}

/** A form that keeps its own body; `seen.body` is what it holds now, `seen.changes` how often it was changed. */
export function showForm(
  Form: ComponentType<DefinitionFormProps>,
  body: DefinitionBody,
  more: Partial<DefinitionFormProps> & { answers?: [readonly unknown[], unknown][] } = {},
) {
  const { answers = [], ...props } = more;
  const seen = { body, changes: 0 };
  function Holder() {
    const [now, setNow] = useState(body);
    const onChange = (next: DefinitionBody) => {
      seen.body = next;
      seen.changes += 1;
      setNow(next);
    };
    return <Form body={now} onChange={onChange} problems={{}} readonly={false} {...props} />;
  }
  const client = new QueryClient({
    defaultOptions: { queries: { enabled: false, staleTime: Infinity } },
  });
  for (const [key, data] of answers) client.setQueryData(key, data);
  const shown = render(
    <QueryClientProvider client={client}>
      <Holder />
    </QueryClientProvider>,
  );
  return { seen, container: shown.container, unmount: shown.unmount };
}

type Written = HTMLInputElement | HTMLTextAreaElement;

/**
 * Write something else into every blank for text and numbers, and then what stood there: the body is as it was. Of a
 * form with very many blanks alike, every so many are enough.
 */
export function expectRoundTrip(
  container: HTMLElement,
  seen: { body: DefinitionBody; changes: number },
  every = 1,
): void {
  const before = structuredClone(seen.body);
  const count = container.querySelectorAll("input, textarea").length;
  for (let at = 0; at < count; at += every) {
    const blank = () => container.querySelectorAll<Written>("input, textarea")[at];
    const found = blank();
    if (!found || found.type === "checkbox" || found.value === "") continue;
    const old = found.value;
    fireEvent.change(found, {
      target: { value: found.type === "number" ? String(Number(old) + 1) : `${old} and more` },
    });
    const again = blank();
    if (again) fireEvent.change(again, { target: { value: old } });
    expect(seen.body, found.getAttribute("aria-label") ?? "").toEqual(before);
  }
}
