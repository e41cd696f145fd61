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

const LANES = 100;
const MORE = 50;
/** Lights change as time passes, without an event. */
const EVERY = 60_000;

/** `cards` is how many records of each lane are shown at first. */
export function boardQuery(board: string, cards: number) {
  return queryOptions({
    queryKey: ["board", board, "lanes", cards],
    queryFn: ({ signal }) =>
      api<Board>(`/boards/${board}`, { query: { cards, limit: LANES }, signal }),
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
  const queryKey = ["board", board.key, "lanes"];
  return useMutation({
    mutationFn: ({ card, to }: Move) =>
      api<RecordItem>(`/objects/${board.object}/records/${card.record.id}/assign`, {
        method: "POST",
        body: { person: to, version: card.record.version },
      }),
    onMutate: async ({ card, from, to }) => {
      await client.cancelQueries({ queryKey });
      const before = client.getQueriesData<Board>({ queryKey });
      client.setQueriesData<Board>({ queryKey }, (now) => now && moved(now, card, from, to));
      return before;
    },
    onError: (_error, _move, before) =>
      before?.forEach(([key, board]) => client.setQueryData(key, board)),
    onSettled: () => client.invalidateQueries({ queryKey: ["board", board.key] }),
  });
}
