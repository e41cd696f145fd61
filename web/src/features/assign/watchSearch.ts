/** What the address of the watch says: whose distribution is shown, and whose causes are open. */

export interface WatchSearch {
  object?: string;
  person?: string;
}

export function readWatchSearch(search: Record<string, unknown>): WatchSearch {
  const word = (value: unknown) => (typeof value === "string" && value ? value : undefined);
  return { object: word(search.object), person: word(search.person) };
}
