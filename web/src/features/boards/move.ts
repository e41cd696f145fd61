/** A record goes from one lane to another, in what is shown, before the server has answered. */
import type { Board, CardItem, Lane } from "./types";
import { laneId } from "./types";

function without(lane: Lane, card: CardItem): Lane {
  return {
    ...lane,
    count: lane.count - 1,
    lights: { ...lane.lights, [card.light]: (lane.lights[card.light] ?? 1) - 1 },
    items: lane.items.filter((one) => one.record.id !== card.record.id),
  };
}

/** The card stands in front of those under the same light until the server says where. */
function having(lane: Lane, card: CardItem, order: Map<string, number>): Lane {
  const rank = (one: CardItem) => order.get(one.light) ?? order.size;
  const at = lane.items.findIndex((one) => rank(one) >= rank(card));
  const place = at < 0 ? lane.items.length : at;
  return {
    ...lane,
    count: lane.count + 1,
    lights: { ...lane.lights, [card.light]: (lane.lights[card.light] ?? 0) + 1 },
    items: lane.items.toSpliced(place, 0, card),
  };
}

/** Return the board with a card in another lane; the server's next answer replaces it. */
export function moved(board: Board, card: CardItem, from: string, to: string): Board {
  if (from === to) return board;
  const order = new Map(board.lights.map((light, i) => [light.key, i]));
  const lanes = board.lanes.map((lane) => {
    if (laneId(lane) === from) return without(lane, card);
    return laneId(lane) === to ? having(lane, card, order) : lane;
  });
  return { ...board, lanes };
}
