/** Places in a body, such as `factors[source].points.expo`, as people call them. */
import { useTranslation } from "react-i18next";
import { useCatalog } from "@/shared/api/queries";
import type { Field } from "@/shared/api/types";
import type { DefinitionBody } from "@/shared/definition/form";
import { currentLocale } from "@/shared/i18n";
import { wayOf } from "./text";
import type zh from "./zh-CN.json";

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text, or that of the reader's language. */
function textOf(label: unknown): string | undefined {
  if (typeof label === "string") return label;
  const said = isMap(label) ? (label[currentLocale()] ?? label["zh-CN"]) : undefined;
  return typeof said === "string" ? said : undefined;
}

/** The label of a part, which may be one text for all languages. */
function labelOf(value: unknown): string | undefined {
  return isMap(value) ? textOf(value.label) : undefined;
}

/** What a value is called: its label, or itself where it is one; undefined where only its whole text says it. */
export function nameOfValue(value: unknown): string | undefined {
  const own = labelOf(value) ?? (isMap(value) ? textOf(value) : undefined);
  if (own !== undefined) return own;
  const parts = Array.isArray(value) ? value : isMap(value) ? Object.values(value) : [];
  const names = parts.map((one) =>
    Array.isArray(value) && typeof one === "string" ? one : labelOf(one),
  );
  return names.length > 0 && names.every((one) => one !== undefined)
    ? new Intl.ListFormat(currentLocale(), { type: "unit", style: "short" }).format(names)
    : undefined;
}

/** A part of a list is found by its key, or by where it stands. */
function stepInto(value: unknown, step: string | number): unknown {
  if (!Array.isArray(value)) return isMap(value) ? value[step] : undefined;
  return typeof step === "number"
    ? value[step]
    : value.find((one) => isMap(one) && one.key === step);
}

/** The field that a part is about, as scores by what a field says are. */
function fieldAt(here: unknown[], fields: readonly Field[]): Field | undefined {
  const named = here.map((one) => (isMap(one) ? one.of : undefined));
  return fields.find((one) => named.includes(one.name));
}

/**
 * A name for each step of a place: the label of a part that has one, a word for a key that has one, the label of the
 * field or option whose key it is, else the key.
 */
export function namesOf(
  place: string,
  bodies: (DefinitionBody | null)[],
  wordOf: (key: string) => string | undefined = () => undefined,
  fields: readonly Field[] = [],
): string[] {
  let here: unknown[] = bodies;
  let about: Field | undefined;
  return wayOf(place).map((step) => {
    here = here.map((one) => stepInto(one, step));
    const label = here.map(labelOf).find((one) => one !== undefined);
    const option = about?.options?.find((one) => one.key === step)?.label;
    about = fieldAt(here, fields) ?? about;
    if (label !== undefined) return label;
    if (typeof step === "number") return `#${step + 1}`;
    return option ?? wordOf(step) ?? fields.find((one) => one.name === step)?.label ?? step;
  });
}

type Word = keyof typeof zh.setup.word;

/** The same in the reader's language. */
export function usePlaceNames(): (place: string, bodies: (DefinitionBody | null)[]) => string[] {
  const { t, i18n } = useTranslation();
  const objects = useCatalog()?.objects ?? [];
  const wordOf = (key: string) =>
    i18n.exists(`setup.word.${key}`) ? t(`setup.word.${key as Word}`) : undefined;
  return (place, bodies) => {
    const on = bodies.map((one) => one?.on).find((one) => typeof one === "string");
    const fields = objects.find((one) => one.name === on)?.fields;
    return namesOf(place, bodies, wordOf, fields);
  };
}
