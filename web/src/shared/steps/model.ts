/** Steps as definitions write them: a mapping with one word, what that takes, and perhaps a condition. */
import type { Field } from "@/shared/api/types";
import { put } from "@/shared/definition/body";

export type Step = Record<string, unknown>;

const CLOCK_WORDS = ["start_clock", "stop_clock", "pause_clock", "resume_clock"] as const;

/** In the order in which they are offered. */
export const STEP_WORDS = [
  "notify",
  "escalate",
  "set",
  "move",
  "assign",
  "reassign",
  "unassign",
  "create",
  "link",
  "add_to",
  ...CLOCK_WORDS,
  "run",
  "webhook",
  "require",
] as const;
export type StepWord = (typeof STEP_WORDS)[number];
type ClockWord = (typeof CLOCK_WORDS)[number];

/** Words that may be about a record which a step before created. */
const OF_CREATED: StepWord[] = ["set", "link", "move", "assign", "unassign"];

/** What a step of each word begins with. */
const BEGINNINGS: Record<StepWord, unknown> = {
  notify: "owner",
  escalate: "superior",
  set: {},
  move: "",
  assign: ["superior"],
  reassign: "",
  unassign: true,
  create: "",
  link: {},
  add_to: {},
  start_clock: "",
  stop_clock: "",
  pause_clock: "",
  resume_clock: "",
  run: "",
  webhook: "",
  require: [{ kind: "field", fields: [] }],
};

export function wordOf(step: Step): StepWord | undefined {
  return STEP_WORDS.find((word) => word in step);
}

export function isClockWord(word: StepWord): word is ClockWord {
  return (CLOCK_WORDS as readonly string[]).includes(word);
}

export function mayBeOfCreated(word: StepWord): boolean {
  return OF_CREATED.includes(word);
}

/** A step of another word under the same condition. */
export function newStep(word: StepWord, before: Step = {}): Step {
  const step: Step = { [word]: BEGINNINGS[word] };
  return "when" in before ? put(step, "when", before.when) : step;
}

/** The records that steps before one have created: their names with the object of each. */
export function createdBefore(steps: readonly Step[], at: number): Record<string, string> {
  const named = steps
    .slice(0, at)
    .filter((step) => typeof step.as === "string" && typeof step.create === "string");
  return Object.fromEntries(named.map((step) => [step.as, step.create]));
}

const PLAIN = ["owner", "superior", "creator"] as const;
const KEYED = ["role", "field", "person", "department"] as const;
export const WHO_KINDS = [...PLAIN, ...KEYED] as const;
export type WhoKind = (typeof WHO_KINDS)[number];

/** One name of people: `owner`, `role:manager`; a word of its own is a role. */
export interface Who {
  kind: WhoKind;
  key: string;
  bare: boolean;
}

export function isKeyed(kind: WhoKind): boolean {
  return (KEYED as readonly string[]).includes(kind);
}

export function readWho(word: string): Who {
  if ((PLAIN as readonly string[]).includes(word)) {
    return { kind: word as WhoKind, key: "", bare: true };
  }
  const found = /^(role|field|person|department):\s*(.*)$/.exec(word);
  if (!found) return { kind: "role", key: word, bare: true };
  return { kind: found[1] as WhoKind, key: found[2] ?? "", bare: false };
}

export function writeWho({ kind, key, bare }: Who): string {
  if (!isKeyed(kind)) return kind;
  return kind === "role" && bare ? key : `${kind}:${key}`;
}

/** Several words; one alone may stand without a list. */
export function severalOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === "string");
}

/** The words again, one alone without a list where that was so. */
export function severalLike(before: unknown, names: string[]): unknown {
  return !Array.isArray(before) && names.length === 1 ? names[0] : names;
}

/** Whether what is assigned is said by names of people rather than by an expression; a field goes before a word. */
export function namesPeople(value: unknown, fields: readonly Field[]): boolean {
  if (typeof value !== "string") return true;
  const { kind, bare } = readWho(value);
  return bare
    ? kind !== "role" && !fields.some((field) => field.name === value)
    : !/\s/.test(value.trim());
}

/** The entries of a mapping with one renamed, at its place. */
export function renamed(
  from: Record<string, unknown>,
  name: string,
  to: string,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(from).map(([key, value]) => [key === name ? to : key, value]),
  );
}

/** The text of an expression; definitions may write a bare number or truth. */
export function sourceOf(value: unknown): string {
  return value === undefined || value === null ? "" : String(value);
}

/** What a plain text in quotes says; null where an expression is more than that. */
export function literalOf(source: string): string | null {
  const found = /^'([^'\\]*)'$/.exec(source.trim());
  return found ? (found[1] ?? "") : null;
}

/** The type of a field's values in expressions, by the name that the server knows it by. */
export function typeNameOf(field: { type?: string; object?: string | null }): string | null {
  switch (field.type ?? "text") {
    case "integer":
    case "decimal":
    case "money":
    case "percent":
      return "number";
    case "checkbox":
      return "bool";
    case "date":
      return "date";
    case "datetime":
      return "datetime";
    case "multi_choice":
      return "list:text";
    case "person":
      return "id:person";
    case "department":
      return "id:department";
    case "relation":
      return field.object ? `id:${field.object}` : "id";
    case "place":
      return "place";
    case "children":
    case "checklist":
    case "address":
    case "file":
    case "photo":
    case "voice":
      return null;
    default:
      return "text";
  }
}

export type Roots = Record<string, string | Record<string, string>>;

/** The types of several fields by name, for a root that is no record. */
export function typesOf(
  fields: Iterable<[string, Parameters<typeof typeNameOf>[0]]>,
): Record<string, string> {
  const types: Record<string, string> = {};
  for (const [name, field] of fields) {
    const type = typeNameOf(field);
    if (type) types[name] = type;
  }
  return types;
}
