/** How types of fields are shown: in groups, each with its sign, its word and an example. */
import {
  AlignLeft,
  AtSign,
  Calculator,
  Calendar,
  CalendarClock,
  CircleDot,
  Coins,
  File,
  Flag,
  Hash,
  Image,
  Link2,
  ListChecks,
  ListTree,
  Map,
  MapPin,
  Mic,
  Network,
  Percent,
  Phone,
  Sigma,
  SquareCheck,
  SquareStack,
  Tally5,
  TextCursorInput,
  ToggleRight,
  User,
  Waypoints,
  CornerDownRight,
  type LucideIcon,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import type zh from "./zh-CN.json";

const GROUPS = {
  text: {
    text: TextCursorInput,
    long_text: AlignLeft,
    phone: Phone,
    email: AtSign,
    url: Link2,
    address: Map,
  },
  number: { integer: Hash, decimal: Tally5, money: Coins, percent: Percent },
  date: { date: Calendar, datetime: CalendarClock },
  choice: {
    choice: CircleDot,
    multi_choice: SquareStack,
    checkbox: ToggleRight,
    checklist: ListChecks,
    stage: Flag,
  },
  relation: { relation: Waypoints, children: ListTree, person: User, department: Network },
  computed: { formula: Calculator, rollup: Sigma, lookup: CornerDownRight, auto_number: Hash },
  file: { file: File, photo: Image, voice: Mic, place: MapPin },
} as const satisfies Record<string, Record<string, LucideIcon>>;

type TypeGroup = keyof typeof GROUPS | "other";

const GROUP_NAMES = Object.keys(GROUPS) as (keyof typeof GROUPS)[];

function iconsOf(group: keyof typeof GROUPS): Record<string, LucideIcon> {
  return GROUPS[group];
}

export function groupOf(type: string): TypeGroup {
  return GROUP_NAMES.find((group) => type in GROUPS[group]) ?? "other";
}

/** Whether a number or length that was set for one type means the same for the other. */
export function isAlike(one: string, other: string): boolean {
  const group = groupOf(one);
  return one === other || (["text", "number"].includes(group) && group === groupOf(other));
}

/** The types that the server has, in groups; one that this client doesn't know stands among the others. */
export function grouped(types: readonly string[]): [TypeGroup, string[]][] {
  const found = GROUP_NAMES.map((group): [TypeGroup, string[]] => [
    group,
    Object.keys(GROUPS[group]).filter((type) => types.includes(type)),
  ]);
  const others = types.filter((type) => groupOf(type) === "other");
  return [...found, ["other", others] as [TypeGroup, string[]]].filter(([, of]) => of.length > 0);
}

export function TypeIcon({ type, size = 16 }: { type: string; size?: number }) {
  const group = groupOf(type);
  const Icon = (group === "other" ? undefined : iconsOf(group)[type]) ?? SquareCheck;
  return <Icon size={size} aria-hidden />;
}

type Known = keyof typeof zh.objects.type;

/** What a type is called, and an example of it. */
export function useTypeWords(): {
  nameOf: (type: string) => string;
  exampleOf: (type: string) => string;
} {
  const { t, i18n } = useTranslation();
  return {
    nameOf: (type) =>
      i18n.exists(`objects.type.${type}`) ? t(`objects.type.${type as Known}`) : type,
    exampleOf: (type) =>
      i18n.exists(`objects.example.${type}`) ? t(`objects.example.${type as Known}`) : "",
  };
}
