/** Where a policy stands among those of its object, and the position that takes it one place up or down. */

interface Standing {
  key: string;
  position: number;
}

/** By position, then by key: the order in which the server asks policies. */
export function before(a: Standing, b: Standing): number {
  return a.position - b.position || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

/** The position by which `mine` comes just before `other`. */
export function positionBefore(mine: string, other: Standing): number {
  return mine < other.key ? other.position : other.position - 1;
}

/** The position by which `mine` comes just after `other`. */
export function positionAfter(mine: string, other: Standing): number {
  return mine > other.key ? other.position : other.position + 1;
}
