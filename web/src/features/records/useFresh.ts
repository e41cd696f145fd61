/** Which rows have come in since the list was first shown as it is asked now. */
import { useState } from "react";

const NONE: ReadonlySet<string> = new Set();

interface Seen {
  question: string;
  order: readonly string[];
  known: ReadonlySet<string>;
  fresh: ReadonlySet<string>;
}

/** While `waiting`, `order` still answers the question before. */
export function useFresh(
  order: readonly string[],
  question: string,
  waiting: boolean,
): ReadonlySet<string> {
  const [seen, setSeen] = useState<Seen>();
  if (!waiting && order.length > 0 && (seen?.order !== order || seen.question !== question)) {
    const before = seen?.question === question ? seen : undefined;
    const arrived = before ? order.filter((id) => !before.known.has(id)) : [];
    setSeen({
      question,
      order,
      known: new Set(order),
      // A row stays lit by its animation; staying in the set for another refetch does not restart it.
      fresh: arrived.length > 0 ? new Set(arrived) : (before?.fresh ?? NONE),
    });
  }
  return seen?.fresh ?? NONE;
}
