/** Notices of the signed-in person: a page of them, how many are unread. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { NoticePage } from "@/shared/api/types";

const PAGE_SIZE = 30;

export const unreadQuery = queryOptions({
  queryKey: ["notifications", "unread"],
  queryFn: async ({ signal }) => {
    const page = await api<NoticePage>("/notifications", { query: { limit: 1 }, signal });
    return page.unread;
  },
});

export function noticesQuery(unread: boolean) {
  return infiniteQueryOptions({
    queryKey: ["notifications", "list", unread],
    queryFn: ({ pageParam, signal }) =>
      api<NoticePage>("/notifications", {
        query: { limit: PAGE_SIZE, cursor: pageParam, unread: unread || undefined },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor || undefined,
  });
}
