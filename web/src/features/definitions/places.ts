/** Places in a body, such as `factors[source].points.expo`, as people call them. */
import { useTranslation } from "react-i18next";
import type { DefinitionBody } from "@/shared/definition/form";
import { currentLocale } from "@/shared/i18n";
import { wayOf } from "./text";
import type zh from "./zh-CN.json";

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The label of a part, which may be one text for all languages. */
function labelOf(value: unknown): string | undefined {
  const label = isMap(value) ? value.label : undefined;
  if (typeof label === "string") return label;
  const said = isMap(label) ? (label[currentLocale()] ?? label["zh-CN"]) : undefined;
  return typeof said === "string" ? said : undefined;
}

/** A part of a list is found by its key, or by where it stands. */
function stepInto(value: unknown, step: string | number): unknown {
  if (!Array.isArray(value)) return isMap(value) ? value[step] : undefined;
  return typeof step === "number"
    ? value[step]
    : value.find((one) => isMap(one) && one.key === step);
}

/** A name for each step of a place: the label of a part that has one, a word for a key that has one, else the key. */
export function namesOf(
  place: string,
  bodies: (DefinitionBody | null)[],
  wordOf: (key: string) => string | undefined = () => undefined,
): string[] {
  let here: unknown[] = bodies;
  return wayOf(place).map((step) => {
    here = here.map((one) => stepInto(one, step));
    const label = here.map(labelOf).find((one) => one !== undefined);
    if (label !== undefined) return label;
    return typeof step === "number" ? `#${step + 1}` : (wordOf(step) ?? step);
  });
}

type Word = keyof typeof zh.setup.word;

/** The same in the reader's language. */
export function usePlaceNames(): (place: string, bodies: (DefinitionBody | null)[]) => string[] {
  const { t, i18n } = useTranslation();
  return (place, bodies) =>
    namesOf(place, bodies, (key) =>
      i18n.exists(`setup.word.${key}`) ? t(`setup.word.${key as Word}`) : undefined,
    );
}
