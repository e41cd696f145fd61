import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { readCatalog } from "@/shared/api/catalog";
import type { Field } from "@/shared/api/types";
import { FieldValue } from "./FieldValue";
import { addressText, placeText } from "./shapes";

function show(field: Partial<Field>, value: unknown, links = false) {
  const client = new QueryClient({ defaultOptions: { queries: { enabled: false } } });
  return render(
    <QueryClientProvider client={client}>
      <FieldValue
        field={{ name: "x", label: "", type: "text", ...field }}
        value={value}
        links={links}
      />
    </QueryClientProvider>,
  ).container;
}

const steps = ["a", "b", "c"].map((key) => ({ key, label: key.toUpperCase() }));
const photo = { id: "f1", name: "门头.jpg", type: "image/jpeg", size: 2_400_000 };

test("a checklist tells how much is done, also when nothing is", () => {
  expect(show({ type: "checklist", options: steps }, ["a", "c"]).textContent).toBe("2/3");
  expect(show({ type: "checklist", options: steps }, null).textContent).toBe("0/3");
});

test("a retired option keeps its name and is marked", () => {
  const options = [{ key: "fax", label: "传真", retired: true }, ...steps];
  expect(show({ type: "choice", options }, "fax").textContent).toBe("传真（已停用）");
  expect(show({ type: "multi_choice", options }, ["fax", "a"]).textContent).toContain(
    "传真（已停用）",
  );
  expect(show({ type: "checklist", options }, ["a"]).textContent).toBe("1/3");
});

test("of a removed option its key is left, and that it is gone is said", () => {
  expect(show({ type: "choice", options: steps }, "fax").textContent).toBe("fax（已删除）");
  expect(show({ type: "multi_choice", options: steps }, ["fax"]).textContent).toBe("fax（已删除）");
});

test("a department is its name, a number of its own is text", () => {
  expect(show({ type: "department" }, { id: "d", label: "华东" }).textContent).toBe("华东");
  expect(show({ type: "auto_number" }, "Q-2026-00017").textContent).toBe("Q-2026-00017");
});

test("photos are marks in a list and open in a record", () => {
  const many = ["a", "b", "c", "d"].map((id) => ({ ...photo, id }));
  expect(show({ type: "photo" }, many).textContent).toBe("+1");
  show({ type: "photo" }, [photo], true);
  const link = screen.getByRole("link", { name: /门头\.jpg/ });
  expect(link.getAttribute("href")).toBe("/api/v1/files/f1");
  expect(link.textContent).toContain("2.4 MB");
});

test("a file of which only the id is known is still there to open", () => {
  show({ type: "file" }, [{ id: "f9" }], true);
  expect(screen.getByRole("link", { name: "文件" }).getAttribute("href")).toBe("/api/v1/files/f9");
});

test("a recording plays in place", () => {
  const voice = { id: "v", name: "a.m4a", type: "audio/mp4", size: 900 };
  expect(show({ type: "voice" }, [voice], true).querySelector("audio")?.getAttribute("src")).toBe(
    "/api/v1/files/v",
  );
});

test("a place is called by its address, else by its degrees, and opens in a map", () => {
  expect(placeText({ lat: 31.2, lng: 121.5 })).toBe("31.20000, 121.50000");
  show({ type: "place" }, { lat: 31.2, lng: 121.5, address: "人民广场" }, true);
  expect(screen.getByRole("link", { name: "人民广场" }).getAttribute("href")).toBe(
    "geo:31.2,121.5",
  );
});

test("an address stands in the order of the language", () => {
  const address = { province: "江苏省", city: "苏州市", street: "星湖街 1 号", postcode: "215000" };
  expect(addressText(address, "zh-CN")).toBe("江苏省苏州市星湖街 1 号 215000");
  expect(addressText(address, "en-US")).toBe("星湖街 1 号, 苏州市, 江苏省, 215000");
  expect(addressText({ province: "上海市", city: "上海市" }, "zh-CN")).toBe("上海市");
});

test("a computed field is shown by what comes out of it", () => {
  const fields: Field[] = [
    { name: "sum", label: "", type: "rollup", result: "money" } as Field,
    { name: "late", label: "", type: "formula" },
  ];
  const object = { name: "o", label: "", title_field: "sum", views: [], operations: [], fields };
  const permissions = { create: true, update: true, delete: true, assign: true };
  const { objects } = readCatalog({
    version: 1,
    objects: [{ ...object, permissions, clocks: false }],
    pipelines: [],
  });
  const [sum, late] = objects[0]?.fields ?? [];
  expect(sum).toEqual({ name: "sum", label: "", type: "money", readonly: true });
  expect(show(sum as Field, "1200").textContent).toContain("1200");
  expect(show(late as Field, { id: "p", label: "陈思" }).textContent).toBe("陈思");
});
