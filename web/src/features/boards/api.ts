/** A board, the further records of a lane, and giving a record to somebody else. */
import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { RecordItem } from "@/shared/api/types";
import { moved } from "./move";
import type { Board, CardItem, Lane } from "./types";

const CARDS = 10;
const LANES = 100;
const MORE = 50;
/** Lights change as time passes, without an event. */
const EVERY = 60_000;

export function boardQuery(board: string) {
  return queryOptions({
    queryKey: ["board", board, "lanes"],
    queryFn: ({ signal }) =>
      api<Board>(`/boards/${board}`, { query: { cards: CARDS, limit: LANES }, signal }),
    refetchInterval: EVERY,
  });
}

export function laneQuery(board: string, lane: string) {
  return infiniteQueryOptions({
    queryKey: ["board", board, "lane", lane],
    queryFn: ({ pageParam, signal }) =>
      api<Lane>(`/boards/${board}/lanes/${lane}`, {
        query: { limit: MORE, page: pageParam },
        signal,
      }),
    initialPageParam: 1,
    getNextPageParam: (last, pages) => (last.more ? pages.length + 1 : undefined),
  });
}

export interface Move {
  card: CardItem;
  from: string;
  to: string;
}

/** Assign a record; it stands in its new lane at once and goes back if the server refuses. */
export function useMove(board: Board) {
  const client = useQueryClient();
  const { queryKey } = boardQuery(board.key);
  return useMutation({
    mutationFn: ({ card, to }: Move) =>
      api<RecordItem>(`/objects/${board.object}/records/${card.record.id}/assign`, {
        method: "POST",
        body: { person: to, version: card.record.version },
      }),
    onMutate: async ({ card, from, to }) => {
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData(queryKey);
      if (before) client.setQueryData(queryKey, moved(before, card, from, to));
      return before;
    },
    onError: (_error, _move, before) => client.setQueryData(queryKey, before),
    onSettled: () => client.invalidateQueries({ queryKey: ["board", board.key] }),
  });
}
