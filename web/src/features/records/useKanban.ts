/** Moving a card of a kanban: at once in what is shown, and back where the server refuses. */
import { useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useState } from "react";
import { api, ApiError } from "@/shared/api/client";
import type { Field, ObjectDef, Page, RecordItem, Stage, Unmet } from "@/shared/api/types";
import { isValue } from "@/shared/filter/model";
import { newKey } from "@/shared/keys";
import { groupPageQuery, refreshRecords, type Values } from "./api";
import type { Asked, Figures } from "./figures";
import { within } from "./look";

/** One column: a stage, an option, or what has none. */
export interface Lane {
  key: string | null;
  label: string;
  color?: string;
  outcome?: Stage["outcome"];
}

export function laneId(lane: Lane): string {
  return lane.key ?? "-";
}

export interface Move {
  record: RecordItem;
  from: Lane;
  to: Lane;
  values?: Values;
}

/** A move that waits for what its gate asks. */
export interface Refused extends Move {
  unmet: Unmet[];
  error: ApiError;
}

type Cards = InfiniteData<Page<RecordItem>>;

export function laneQuery(object: string, asked: Asked, field: Field, lane: Lane) {
  return groupPageQuery(object, {
    filter: within(asked.filter, isValue(field, lane.key)),
    q: asked.q,
    sort: asked.sort,
  });
}

export function useKanban(object: ObjectDef, asked: Asked, field: Field) {
  const client = useQueryClient();
  const [refused, setRefused] = useState<Refused>();
  const [busy, setBusy] = useState(false);

  const cardsOf = (lane: Lane) => laneQuery(object.name, asked, field, lane).queryKey;

  const show = ({ record, from, to }: Move) => {
    client.setQueryData<Cards>(
      cardsOf(from),
      (now) =>
        now && {
          ...now,
          pages: now.pages.map((page) => ({
            ...page,
            items: page.items.filter((one) => one.id !== record.id),
          })),
        },
    );
    client.setQueryData<Cards>(cardsOf(to), (now) => {
      const [first, ...rest] = now?.pages ?? [];
      if (!now || !first) return now;
      return { ...now, pages: [{ ...first, items: [record, ...first.items] }, ...rest] };
    });
    const figures = { queryKey: ["views", object.name, "figures"] };
    client.setQueriesData<Figures>(
      figures,
      (now) =>
        now && {
          ...now,
          groups: now.groups.map((group) => {
            const key = group.key[field.name] ?? null;
            const by = key === from.key ? -1 : key === to.key ? 1 : 0;
            const [count, ...others] = group.values;
            return { ...group, values: [Number(count) + by, ...others] };
          }),
        },
    );
  };

  const send = ({ record, to, values }: Move) => {
    const path = `/objects/${object.name}/records/${record.id}`;
    const { version } = record;
    if (field.type !== "stage") {
      const body = { version, [field.name]: to.key };
      return api<RecordItem>(path, { method: "PATCH", body });
    }
    const body = { to: to.key, version, values };
    return api<RecordItem>(`${path}/transition`, {
      method: "POST",
      body,
      idempotencyKey: newKey(),
    });
  };

  /** The record after its move; nothing where a gate asks for something first. */
  const move = async (wanted: Move): Promise<RecordItem | undefined> => {
    setBusy(true);
    await client.cancelQueries({ queryKey: ["lanes", object.name] });
    if (!wanted.values) show(wanted);
    try {
      const record = await send(wanted);
      setRefused(undefined);
      return record;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 422 || field.type !== "stage") {
        throw error;
      }
      setRefused({ ...wanted, unmet: error.problem.unmet ?? [], error });
      return undefined;
    } finally {
      setBusy(false);
      void refreshRecords(client);
    }
  };

  return { move, busy, refused, forget: () => setRefused(undefined) };
}
