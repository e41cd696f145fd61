/** What can be set up, in groups: every kind of definition, and pages of the features' own. */
import type { ParseKeys } from "i18next";
import {
  AlarmClock,
  BookOpenText,
  CalendarDays,
  ChartNoAxesColumn,
  Database,
  Eye,
  Gauge,
  History,
  LayoutDashboard,
  List,
  MessagesSquare,
  MousePointerClick,
  Route,
  Send,
  ShieldCheck,
  Shuffle,
  SquareKanban,
  Table2,
  Timer,
  UserCog,
  Zap,
  type LucideIcon,
} from "lucide-react";
import { mayRead, type Rights } from "@/shared/definition/rights";

export const SETUP_GROUPS = ["people", "sales", "data", "connect", "changes"] as const;
export type SetupGroup = (typeof SETUP_GROUPS)[number];

export interface SetupEntry {
  group: SetupGroup;
  /** The page's address. */
  to: string;
  icon: LucideIcon;
  /** Its words stand with the other entries' in `features/definitions`, so that the navigation needs no other. */
  label: ParseKeys;
  hint: ParseKeys;
  /** Who has no right to anything on the page isn't shown the way there. */
  shown: (rights: Rights) => boolean;
}

/** The kinds of definition by group, in the order in which they are shown. */
const KINDS = [
  ["people", "role", ShieldCheck],
  ["people", "profile", UserCog],
  ["sales", "scorecard", Gauge],
  ["sales", "assignment", Shuffle],
  ["sales", "clock", AlarmClock],
  ["sales", "calendar", CalendarDays],
  ["sales", "rule", Zap],
  ["sales", "playbook", BookOpenText],
  ["sales", "pipeline", Route],
  ["sales", "operation", MousePointerClick],
  ["data", "object", Database],
  ["data", "options", List],
  ["data", "view", Table2],
  ["data", "board", SquareKanban],
  ["data", "desk", LayoutDashboard],
  ["data", "metric", ChartNoAxesColumn],
  ["connect", "channel", MessagesSquare],
  ["connect", "webhook", Send],
  ["changes", "retention", Timer],
] as const satisfies [SetupGroup, string, LucideIcon][];

/** Pages of the features' own; they come before the kinds of their group. */
const PAGES: SetupEntry[] = [
  {
    group: "sales",
    to: "/setup/watch",
    icon: Eye,
    label: "setup.page.watch",
    hint: "setup.page.watch_hint",
    shown: ({ assigns }) => assigns.length > 0,
  },
  {
    group: "changes",
    to: "/setup/releases",
    icon: History,
    label: "setup.page.releases",
    hint: "setup.page.releases_hint",
    shown: ({ definitions }) => Object.keys(definitions).length > 0,
  },
];

export const SETUP: SetupEntry[] = [
  ...PAGES,
  ...KINDS.map(([group, kind, icon]): SetupEntry => ({
    group,
    to: `/setup/${kind}`,
    icon,
    label: `setup.kind.${kind}`,
    hint: `setup.about.${kind}`,
    shown: (rights) => mayRead(rights, kind),
  })),
];
