/** What the server answers about a board. */
import type { Clock, ClockColor, RecordItem, Ref } from "@/shared/api/types";

export interface Light {
  key: string;
  label: string;
  color: ClockColor;
}

export interface CardItem {
  light: string;
  record: RecordItem;
  clocks: Clock[];
}

export interface Counted {
  count: number;
  lights: Record<string, number>;
  /** Numbers, or fractions as text; null where there is nothing to take a share of. */
  figures: Record<string, number | string | null>;
}

export interface Lane extends Counted {
  /** Null is the lane of records that belong to nobody. */
  person: Ref | null;
  /** Whether the reader may give records to this person. */
  takes: boolean;
  more: boolean;
  items: CardItem[];
}

export interface Board {
  key: string;
  label: string;
  object: string;
  movable: boolean;
  lights: Light[];
  figures: { key: string; label: string; as: "count" | "share" }[];
  columns: string[];
  totals: Counted;
  lanes: Lane[];
  lane_count: number;
}

/** The name of a lane in addresses and of its place to drop. */
export function laneId(lane: Pick<Lane, "person">): string {
  return lane.person?.id ?? "none";
}
