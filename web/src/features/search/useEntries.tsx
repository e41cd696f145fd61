/** The sections that the command menu shows for what was typed. */
import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CornerDownRight, History, List, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useCatalog, useMe } from "@/shared/api/queries";
import type { ObjectDef } from "@/shared/api/types";
import type { Picking } from "@/shared/commands";
import { creatable, operable } from "@/shared/quick";
import { recentOf } from "@/shared/recent";
import { everythingQuery, recordsQuery, type Match } from "./api";
import {
  entryOf,
  matching,
  recordLink,
  type Destination,
  type Entry,
  type Section,
} from "./entries";

interface Entries {
  sections: Section[];
  loading: boolean;
  /** Whether what was found is still that for other words. */
  asksAnew: boolean;
  error: unknown;
  retry: () => void;
}

function useActions(): Entry[] {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const operations = operable(catalog);
  const made = creatable(catalog).map((object): Entry => ({
    id: `new-${object.name}`,
    label: t("record.new", { object: object.label }),
    words: `new ${object.name}`,
    icon: <Plus size={16} aria-hidden />,
    target: { link: { to: "/o/$object/new", params: { object: object.name } } },
  }));
  const done = operations.map(({ object, operation }) => {
    const said = { object: object.label, operation: operation.label };
    const twice = operations.filter((one) => one.operation.label === operation.label).length > 1;
    return {
      id: `do-${object.name}-${operation.name}`,
      label: twice ? t("search.pick_action_of", said) : t("search.pick_action", said),
      words: operation.name,
      icon: <CornerDownRight size={16} aria-hidden />,
      target: { picking: { object: object.name, operation: operation.name } },
    };
  });
  return [...made, ...done];
}

/** What is there already; of a record that is not the reader's to see, only whose it is. */
function useMatchEntry(): (match: Match, i: number) => Entry {
  const { t } = useTranslation();
  const catalog = useCatalog();
  return ({ object: name, id, label, owner }, i) => {
    const object = catalog?.objects.find((one) => one.name === name)?.label ?? name;
    const whose = owner ? t("search.owner", { owner: owner.label }) : t("search.nobody");
    return {
      id: `match-${id ?? i}`,
      label: label ?? (id ? t("record.untitled") : t("search.exists_hidden", { object })),
      hint: t("search.exists_as", { object, owner: whose }),
      icon: <CircleAlert size={16} aria-hidden />,
      target: id ? { link: recordLink(name, id) } : undefined,
    };
  };
}

export function useEntries(q: string, pages: readonly Destination[]): Entries {
  const { t } = useTranslation();
  const me = useMe();
  const catalog = useCatalog();
  const actions = useActions();
  const matchEntry = useMatchEntry();
  const found = useQuery(everythingQuery(q));
  const places: Entry[] = pages.map(({ key, link, ...page }) => ({
    ...page,
    id: `page-${key}`,
    target: { link },
  }));
  const sections: Section[] = [];
  if (q === "") {
    const recent = recentOf(me?.person.id ?? "").map(({ object, id, label }): Entry => ({
      id: `recent-${id}`,
      label,
      hint: catalog?.objects.find((one) => one.name === object)?.label,
      icon: <History size={16} aria-hidden />,
      target: { link: recordLink(object, id) },
    }));
    sections.push({ key: "recent", label: t("search.recent"), entries: recent });
  } else if (found.data && catalog) {
    const { matches, objects } = found.data;
    const told = new Set(matches.map((one) => one.id));
    sections.push({
      key: "matches",
      label: t("search.exists"),
      entries: matches.map(matchEntry),
    });
    for (const { object: name, items, more } of objects) {
      const object = catalog.objects.find((one) => one.name === name);
      if (!object) continue;
      const label = object.label_plural ?? object.label;
      const entries = items
        .filter((one) => !told.has(one.id))
        .map((one) => entryOf(object, one, catalog, t("record.untitled")));
      if (more) {
        entries.push({
          id: `all-${name}`,
          label: t("search.all_in", { object: label }),
          icon: <List size={16} aria-hidden />,
          target: { link: { to: "/o/$object", params: { object: name }, search: { q } } },
        });
      }
      sections.push({ key: name, label, entries });
    }
  }
  sections.push(
    { key: "actions", label: t("search.actions"), entries: matching(actions, q) },
    { key: "pages", label: t("search.pages"), entries: matching(places, q) },
  );
  return {
    sections: sections.filter((one) => one.entries.length > 0),
    loading: q !== "" && found.isPending,
    asksAnew: q !== "" && (found.isPending || found.isPlaceholderData),
    error: q !== "" && !found.data ? found.error : null,
    retry: () => void found.refetch(),
  };
}

/** The records of which one is to be chosen for an operation. */
export function useRecordEntries(
  q: string,
  object: ObjectDef | undefined,
  picking: Picking | undefined,
): Entries {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const found = useQuery(recordsQuery(object?.name ?? "", q));
  const entries =
    object && catalog
      ? (found.data?.items ?? []).map((one) =>
          entryOf(object, one, catalog, t("record.untitled"), picking?.operation),
        )
      : [];
  const label = object?.label_plural ?? object?.label ?? "";
  return {
    sections: entries.length > 0 ? [{ key: "picked", label, entries }] : [],
    loading: object !== undefined && found.isPending,
    asksAnew: found.isPending || found.isPlaceholderData,
    error: found.data ? null : found.error,
    retry: () => void found.refetch(),
  };
}
