import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import type { Field, FieldType } from "@/shared/api/types";
import { Dictate } from "./Dictate";
import Form, { type FormProps } from "./Form";
import { INPUTS } from "./inputs";
import type { Draft } from "./model";
import { offeredOptions } from "./offered";

const OPTIONS = [
  { key: "call", label: "电话" },
  { key: "visit", label: "拜访" },
];

function field(type: FieldType, more: Partial<Field> = {}): Field {
  return { name: type, type, label: `字段 ${type}`, options: OPTIONS, ...more };
}

/** A form that keeps its own draft; the last draft is what the test looks at. */
function show(fields: Field[], more: Partial<FormProps> = {}, start: Draft = {}) {
  const seen: { draft: Draft } = { draft: {} };
  function Holder() {
    const [draft, setDraft] = useState<Draft>(start);
    seen.draft = draft;
    return (
      <Form
        layout="stack"
        fields={fields}
        draft={draft}
        errors={{}}
        onChange={(name, value) => setDraft((now) => ({ ...now, [name]: value }))}
        {...more}
      />
    );
  }
  const client = new QueryClient({ defaultOptions: { queries: { enabled: false } } });
  render(
    <QueryClientProvider client={client}>
      <Holder />
    </QueryClientProvider>,
  );
  return seen;
}

test("a retired option is offered only where it stands already", () => {
  const retired = [...OPTIONS, { key: "fax", label: "传真", retired: true }];
  const [kept, other] = ["fax", "call"].map((value) => [
    field("choice", { options: retired }),
    value,
  ]);
  for (const [one, value] of [kept, other] as [Field, string][]) {
    const offered = offeredOptions(one, value).map(({ key }) => key);
    expect(offered.includes("fax")).toBe(value === "fax");
  }
  expect(offeredOptions(field("multi_choice", { options: retired }), ["fax"])).toHaveLength(3);
  show([field("choice", { options: retired })], { chips: true });
  expect(screen.queryByRole("radio", { name: "传真" })).toBeNull();
  expect(screen.getByRole("radio", { name: "电话" })).toBeTruthy();
});

test("every field type has an input that its label names", async () => {
  const types = Object.keys(INPUTS) as FieldType[];
  show(types.map((type) => field(type)));
  for (const type of types) expect(await screen.findByLabelText(`字段 ${type}`)).toBeTruthy();
});

test("a type that this client doesn't know is written as text", () => {
  show([field("barcode" as FieldType)]);
  expect(screen.getByRole("textbox", { name: "字段 barcode" })).toBeTruthy();
});

test("the items of a checklist are kept in their order, whichever was ticked first", async () => {
  const user = userEvent.setup();
  const seen = show([field("checklist")]);
  await user.click(await screen.findByRole("checkbox", { name: "拜访" }));
  await user.click(screen.getByRole("checkbox", { name: "电话" }));
  expect(seen.draft).toEqual({ checklist: ["call", "visit"] });
});

test("a place is typed, or found by the browser; what the old one was called is dropped", async () => {
  const user = userEvent.setup();
  const coords = { latitude: 31.2304168, longitude: 121.4737012, accuracy: 18.4 };
  const getCurrentPosition = vi.fn((found: (position: { coords: typeof coords }) => void) =>
    found({ coords }),
  );
  vi.stubGlobal("navigator", Object.assign(navigator, { geolocation: { getCurrentPosition } }));
  const seen = show([field("place")], {}, { place: { lat: 1, lng: 2, address: "旧地址" } });
  expect(await screen.findByText("旧地址")).toBeTruthy();
  await user.type(screen.getByLabelText("纬度"), "5");
  expect(seen.draft).toEqual({ place: { lat: "15", lng: 2 } });
  await user.click(screen.getByRole("button", { name: "获取当前位置" }));
  expect(seen.draft).toEqual({
    place: { lat: 31.23042, lng: 121.4737, accuracy: 18 },
  });
});

test("where the browser gives no place, it is said", async () => {
  const user = userEvent.setup();
  const refuse = (_: unknown, failed: () => void) => failed();
  const geolocation = { getCurrentPosition: refuse };
  vi.stubGlobal("navigator", Object.assign(navigator, { geolocation }));
  show([field("place")]);
  await user.click(await screen.findByRole("button", { name: "获取当前位置" }));
  expect(screen.getByRole("alert").textContent).toContain("无法获取位置");
});

test("an address is written part by part", async () => {
  const user = userEvent.setup();
  const seen = show([field("address")]);
  await user.type(await screen.findByLabelText("市"), "苏州市");
  await user.type(screen.getByLabelText("街道门牌"), "星湖街 1 号");
  expect(seen.draft).toEqual({ address: { city: "苏州市", street: "星湖街 1 号" } });
});

test("what is typed comes out in the contract's shape", async () => {
  const user = userEvent.setup();
  const seen = show([field("text"), field("percent"), field("checkbox"), field("money")]);
  await user.type(screen.getByLabelText("字段 text"), "云启");
  await user.type(screen.getByLabelText("字段 percent"), "35.5");
  await user.click(screen.getByLabelText("字段 checkbox"));
  await user.type(screen.getByLabelText("字段 money"), "12000.50");
  expect(seen.draft).toEqual({ text: "云启", percent: "0.355", checkbox: true, money: "12000.50" });
});

test("a short choice is one tap where chips are asked for", async () => {
  const user = userEvent.setup();
  const seen = show([field("choice")], { chips: true });
  await user.click(screen.getByRole("radio", { name: "拜访" }));
  expect(seen.draft).toEqual({ choice: "visit" });
});

test("a short choice of several is a tap each", async () => {
  const user = userEvent.setup();
  const seen = show([field("multi_choice")], { chips: true });
  await user.click(screen.getByRole("checkbox", { name: "拜访" }));
  await user.click(screen.getByRole("checkbox", { name: "电话" }));
  expect(seen.draft).toEqual({ multi_choice: ["call", "visit"] });
  await user.click(screen.getByRole("checkbox", { name: "拜访" }));
  expect(seen.draft).toEqual({ multi_choice: ["call"] });
});

test("the rest is folded, but never an error in it", async () => {
  const user = userEvent.setup();
  const fields = [field("text", { core: true }), field("email")];
  show(fields, { folded: true });
  expect(screen.queryByLabelText("字段 email")).toBeNull();
  await user.click(screen.getByRole("button", { name: "更多（1）" }));
  expect(screen.getByLabelText("字段 email")).toBeTruthy();
});

test("an error is told beside its field and opens the fold", () => {
  show([field("text", { core: true }), field("email")], {
    folded: true,
    errors: { email: "邮箱格式不对" },
  });
  const input = screen.getByLabelText("字段 email");
  expect(input.getAttribute("aria-invalid")).toBe("true");
  const told = document.getElementById(input.getAttribute("aria-describedby") ?? "");
  expect(told?.textContent).toBe("邮箱格式不对");
});

const SECTIONS = [
  { key: "money", label: "费用" },
  { key: "nobody", label: "没有字段的分组" },
  { key: "reach", label: "联系方式" },
];
const SECTIONED = [
  field("email", { section: "reach" }),
  field("text", { core: true, section: "reach" }),
  field("money", { section: "money" }),
  field("url"),
];

/** Each group of fields: its name, and the labels of all fields in it in order. */
function groups() {
  return screen.queryAllByRole("group").map((group) => ({
    name: document.getElementById(group.getAttribute("aria-labelledby") ?? "")?.textContent,
    labels: [...group.querySelectorAll("label")].map((label) => label.textContent),
  }));
}

test("what is to be filled is one fold: fields of no section first, then the others under headings", async () => {
  const user = userEvent.setup();
  show(SECTIONED, { folded: true, sections: SECTIONS });
  expect(screen.getByLabelText("字段 text")).toBeTruthy();
  expect(groups()).toEqual([]);
  await user.click(screen.getByRole("button", { name: "更多（3）" }));
  expect(groups()).toEqual([
    { name: "更多（3）", labels: ["字段 url", "字段 money", "字段 email"] },
    { name: "费用", labels: ["字段 money"] },
    { name: "联系方式", labels: ["字段 email"] },
  ]);
});

test("a page shows its sections; one is open if something of it is filled", async () => {
  const user = userEvent.setup();
  show(SECTIONED, { layout: "rows", folded: true, sections: SECTIONS }, { money: "12" });
  const names = screen.getAllByRole("button").map((one) => one.textContent);
  expect(names).toEqual(["费用1", "联系方式1"]);
  expect(screen.getByLabelText("字段 url")).toBeTruthy();
  expect(screen.getByRole("group", { name: /费用/ })).toBeTruthy();
  expect(screen.queryByLabelText("字段 email")).toBeNull();
  await user.clear(screen.getByLabelText("字段 money"));
  expect(screen.getByLabelText("字段 money")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: /联系方式/ }));
  expect(screen.getByLabelText("字段 email")).toBeTruthy();
});

test("a new error opens its section and is scrolled to; it stays open while it is mended", async () => {
  const user = userEvent.setup();
  const scroll = vi.spyOn(Element.prototype, "scrollIntoView");
  function Holder() {
    const [errors, setErrors] = useState<Record<string, string>>({});
    return (
      <>
        <Form
          layout="rows"
          folded
          fields={[field("text", { core: true }), field("email", { section: "reach" })]}
          sections={SECTIONS}
          draft={{}}
          errors={errors}
          onChange={() => setErrors({})}
        />
        <button onClick={() => setErrors({ email: "邮箱格式不对" })}>保存</button>
      </>
    );
  }
  render(<Holder />);
  expect(screen.queryByLabelText("字段 email")).toBeNull();
  await user.click(screen.getByRole("button", { name: "保存" }));
  expect(scroll.mock.contexts).toHaveLength(1);
  expect((scroll.mock.contexts[0] as Element).textContent).toContain("邮箱格式不对");
  await user.type(screen.getByLabelText("字段 email"), "a");
  expect(screen.queryByRole("alert")).toBeNull();
  expect(screen.getByLabelText("字段 email")).toBeTruthy();
  expect(scroll).toHaveBeenCalledTimes(1);
});

test("who may not write gets values, not inputs", () => {
  show([field("text")], { readonly: true, draft: { text: "云启" } });
  expect(screen.queryByRole("textbox")).toBeNull();
  expect(screen.getByText("云启")).toBeTruthy();
});

test("a day is picked by keyboard alone, in a calendar that comes when one goes into the field", async () => {
  const user = userEvent.setup();
  const seen = show([field("date")], {}, { date: "2026-11-22" });
  const plain = screen.getByRole("textbox", { name: "字段 date" });
  expect((plain as HTMLInputElement).value).toBe("2026-11-22");
  await user.tab();
  await vi.waitFor(() => expect(plain.isConnected).toBe(false), { timeout: 15_000 });
  const calendar = screen.getByRole("textbox", { name: "字段 date" });
  expect(document.activeElement).toBe(calendar);
  await user.clear(calendar);
  await user.type(calendar, "2026-12-03{Enter}");
  expect(seen.draft.date).toBe("2026-12-03");
});

test("what is said goes behind what stands in a long text; where nothing can listen there is no button", async () => {
  const user = userEvent.setup();
  const { unmount } = render(<Dictate id="x" onHeard={() => undefined} />);
  expect(screen.queryByRole("button")).toBeNull();
  unmount();
  const made: Spoken[] = [];
  class Spoken {
    lang = "";
    onresult: (event: object) => void = () => undefined;
    onend: () => void = () => undefined;
    constructor() {
      made.push(this);
    }
    start() {}
    abort() {}
    stop() {
      this.onend();
    }
  }
  vi.stubGlobal("webkitSpeechRecognition", Spoken);
  const seen = show([field("long_text")], {}, { long_text: "客户说：" });
  await user.click(screen.getByRole("button", { name: "语音输入" }));
  const say = (text: string) =>
    act(() => made[0]?.onresult({ resultIndex: 0, results: [[{ transcript: text }]] }));
  say("下周三");
  say("看样机");
  expect(seen.draft).toEqual({ long_text: "客户说：下周三看样机" });
  expect(made[0]?.lang).toBe("zh-CN");
  await user.click(screen.getByRole("button", { name: "停止语音输入" }));
  expect(screen.getByRole("button", { name: "语音输入" })).toBeTruthy();
  vi.unstubAllGlobals();
});
