/** The look of a list now: its view, with what the address and this browser say otherwise. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { ObjectDef } from "@/shared/api/types";
import { recall, remember } from "@/shared/storage";
import { viewsQuery } from "./api";
import { lookOf, sameLook, type ListView, type Look } from "./look";
import type { ListSearch } from "./search";

/** What is kept in this browser until it is saved: an address that holds it all would be no address. */
const OWN = ["columns", "widths", "totals"] as const;
type Own = Partial<Pick<Look, (typeof OWN)[number]>>;

function useOwn(name: string) {
  const [own, setOwn] = useState<Record<string, Own>>({});
  const kept = useMemo(() => own[name] ?? recall<Own>(name, {}), [own, name]);
  const keep = (next: Own) => {
    remember(name, next);
    setOwn((now) => ({ ...now, [name]: next }));
  };
  return [kept, keep] as const;
}

export function useLook(object: ObjectDef) {
  const navigate = useNavigate();
  const search: ListSearch = useSearch({ strict: false });
  const kept = useQuery(viewsQuery(object.name));
  const views: ListView[] = kept.data?.items ?? object.views;
  const wanted = search.view ?? kept.data?.default;
  const view = views.find((one) => one.key === wanted) ?? views[0];
  const [own, keepOwn] = useOwn(`look.${object.name}.${view?.key ?? ""}`);

  // The same as long as nothing changes, so that rows aren't drawn anew for nothing.
  const base = useMemo(() => lookOf(object, view), [object, view]);
  const look: Look = {
    ...base,
    ...own,
    filters: search.f ?? base.filters,
    sort: search.sort ?? base.sort,
    group: search.group === undefined ? base.group : search.group || null,
    layout: search.as ?? base.layout,
    lanes: search.by ?? base.lanes,
  };

  /** A change to what is asked begins at the first page again. */
  const ask = (next: Partial<ListSearch>) =>
    void navigate({ to: ".", search: (now: ListSearch) => ({ ...now, page: undefined, ...next }) });

  const change = (next: Partial<Look>) => {
    const here = OWN.filter((name) => next[name] !== undefined);
    if (here.length > 0)
      keepOwn({ ...own, ...Object.fromEntries(here.map((name) => [name, next[name]])) });
    const there: Partial<ListSearch> = {};
    if (next.filters) {
      const none = next.filters.length === 0 && base.filters.length === 0;
      there.f = none ? undefined : next.filters;
    }
    if (next.sort) there.sort = next.sort;
    if (next.group !== undefined) there.group = next.group ?? "";
    if (next.layout) there.as = next.layout;
    if (next.lanes) there.by = next.lanes;
    if (Object.keys(there).length > 0) ask(there);
  };

  /** Nothing but the view again, or another one; filters go along between views that have none of their own. */
  const show = (key: string | undefined) => {
    const again = key === view?.key;
    if (again) keepOwn({});
    const target = views.find((one) => one.key === key);
    const along = !again && base.filters.length === 0 && !target?.look?.filters.length;
    ask({ ...NOTHING, f: along ? search.f : undefined, view: key });
  };

  /** What was changed is now a view of its own, so the one before has nothing of it. */
  const saved = (key: string | undefined) => {
    keepOwn({});
    ask({ ...NOTHING, view: key });
  };

  return {
    views,
    view,
    look,
    /** Who says what may be shared, and with which view the list begins; nothing until it is known. */
    kept: kept.data,
    /** A view that only the server knows is waited for, so that nothing else is asked before. */
    ready: !kept.isPending,
    changed: !sameLook(look, base),
    ask,
    change,
    show,
    saved,
  };
}

const NOTHING: Partial<ListSearch> = {
  f: undefined,
  sort: undefined,
  group: undefined,
  as: undefined,
  by: undefined,
};

export type ListLook = ReturnType<typeof useLook>;
