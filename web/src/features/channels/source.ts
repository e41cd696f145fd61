/** Where a field's value comes from in a foreign payload: places in it, or a constant; values may be translated. */
import { listIn, partOf, textIn } from "@/shared/definition/body";

export interface Source {
  how: "path" | "value";
  /** The first of these places that holds something counts. */
  paths: string[];
  value: string;
  /** What came, and what it means here. */
  values: [string, string][];
  /** What stands for anything that isn't translated. */
  other: string;
}

export function readSource(raw: unknown): Source {
  const empty: Source = { how: "path", paths: [], value: "", values: [], other: "" };
  if (typeof raw === "string") return { ...empty, paths: [raw] };
  if (Array.isArray(raw)) return { ...empty, paths: raw.map(String) };
  if (typeof raw !== "object" || raw === null) return empty;
  if ("value" in raw) return { ...empty, how: "value", value: textIn(raw, "value") };
  const from = textIn(raw, "from");
  return {
    ...empty,
    paths: from ? [from] : listIn<string>(raw, "from"),
    values: Object.entries(partOf(raw, "values")).map(([key, value]) => [key, String(value)]),
    other: textIn(raw, "else"),
  };
}

export function writeSource({ how, paths, value, values, other }: Source): unknown {
  if (how === "value") return { value };
  const from = paths.length === 1 ? paths[0] : paths;
  if (values.length === 0 && other === "") return paths.length === 0 ? "" : from;
  return {
    from: paths.length === 0 ? "" : from,
    ...(values.length > 0 && { values: Object.fromEntries(values) }),
    ...(other !== "" && { else: other }),
  };
}

/** Places are typed with a bar between them. */
export const BAR = "|";

export function pathsOf(text: string): string[] {
  return text
    .split(BAR)
    .map((one) => one.trim())
    .filter(Boolean);
}

export const UNITS = ["s", "min", "h", "day"] as const;
export type Unit = (typeof UNITS)[number];

/** A rate such as `30/min`; nothing where it is none. */
export function readRate(text: string): { number: number | null; unit: Unit } {
  const [number, unit] = text.split("/");
  const known = UNITS.find((one) => one === unit);
  return {
    number: number && Number.isFinite(Number(number)) ? Number(number) : null,
    unit: known ?? "min",
  };
}

export function writeRate(number: number | null, unit: Unit): string | undefined {
  return number === null ? undefined : `${number}/${unit}`;
}
