/** Every page that one may go to, from the metadata: what sidebar, command menu, keys and the own page show. */
import type { LinkProps } from "@tanstack/react-router";
import {
  Bell,
  ChartSpline,
  LayoutDashboard,
  Settings,
  SquareKanban,
  UsersRound,
} from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog, useMe } from "@/shared/api/queries";
import { maySetUp } from "@/shared/definition/rights";
import { ObjectIcon } from "@/shared/ui/ObjectIcon";
import { lettersOf } from "./shortcuts";

export interface PageLink {
  key: string;
  label: string;
  /** The names in which the metadata knows it; the command menu finds it by them too. */
  words: string;
  icon: ReactNode;
  link: LinkProps;
  /** The key that leads there after `g`. */
  letter?: string;
}

export function usePages(): PageLink[] {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const me = useMe();
  const own: PageLink[] = [
    {
      key: "desk",
      label: t("nav.desk"),
      words: "desk",
      icon: <LayoutDashboard size={17} aria-hidden />,
      link: { to: "/desk" },
    },
    {
      key: "notices",
      label: t("nav.notices"),
      words: "notices inbox",
      icon: <Bell size={17} aria-hidden />,
      link: { to: "/notices" },
    },
  ];
  if (catalog?.metrics?.length) {
    own.push({
      key: "metrics",
      label: t("nav.metrics"),
      words: "metrics",
      icon: <ChartSpline size={17} aria-hidden />,
      link: { to: "/analysis/metrics" },
    });
  }
  // A second pursuer is for those to settle who may give other people's records away.
  if (catalog?.pursued?.length && me?.permissions.assigns.length) {
    own.push({
      key: "pursued",
      label: t("nav.pursued"),
      words: "pursued duplicates",
      icon: <UsersRound size={17} aria-hidden />,
      link: { to: "/analysis/pursued" },
    });
  }
  const boards = (catalog?.boards ?? []).map((board): PageLink => ({
    key: `board-${board.key}`,
    label: board.label,
    words: `board ${board.key}`,
    icon: <SquareKanban size={17} aria-hidden />,
    link: { to: "/boards/$board", params: { board: board.key } },
  }));
  const objects = (catalog?.objects ?? []).map((object): PageLink => ({
    key: object.name,
    label: object.label_plural ?? object.label,
    words: object.name,
    icon: <ObjectIcon name={object.icon} />,
    link: { to: "/o/$object", params: { object: object.name } },
  }));
  const pages: PageLink[] = [...own, ...boards, ...objects];
  if (me && maySetUp(me.permissions)) {
    pages.push({
      key: "setup",
      label: t("nav.setup"),
      words: "setup settings",
      icon: <Settings size={17} aria-hidden />,
      link: { to: "/setup" },
    });
  }
  const letters = lettersOf(pages.map((one) => one.words.replaceAll(" ", "")));
  return pages.map((one, i) => ({ ...one, letter: letters[i] }));
}
