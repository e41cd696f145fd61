/** Which records stand before and after the open one in the list under it. */
import { createContext, useContext } from "react";

const RecordOrder = createContext<readonly string[]>([]);

export const RecordOrderProvider = RecordOrder.Provider;

export function useNeighbours(id: string): { previous?: string; next?: string } {
  const order = useContext(RecordOrder);
  const at = order.indexOf(id);
  return at < 0 ? {} : { previous: order[at - 1], next: order[at + 1] };
}
