/** A role's reach over an object's records: a scope, conditions, or a list of both of which one is enough. */

/** Whose records, the widest last. */
export const SCOPES = ["none", "own", "department", "below", "all"] as const;
export type Scope = (typeof SCOPES)[number];

export interface Condition {
  text: string;
  /** Where it stands behind the reach's own place: `[1]`, or nothing for one alone. */
  at: string;
}

interface Reach {
  scope: Scope;
  conditions: Condition[];
}

function isScope(raw: unknown): raw is Scope {
  return (SCOPES as readonly unknown[]).includes(raw);
}

export function readReach(raw: unknown): Reach {
  const items: unknown[] = Array.isArray(raw) ? raw : raw === undefined ? [] : [raw];
  const scopes = items.filter(isScope).map((one) => SCOPES.indexOf(one));
  const conditions = items.flatMap((one, i) =>
    typeof one === "string" && !isScope(one)
      ? [{ text: one, at: Array.isArray(raw) ? `[${i}]` : "" }]
      : [],
  );
  return { scope: SCOPES[Math.max(0, ...scopes)] ?? "none", conditions };
}

/** What stands in the definition: as little as says the same. */
export function writeReach(scope: Scope, conditions: readonly string[]): unknown {
  const items = [...(scope === "none" ? [] : [scope]), ...conditions];
  return items.length === 0 ? undefined : items.length === 1 ? items[0] : items;
}

export function widen(reach: Reach, scope: Scope): unknown {
  return writeReach(
    scope,
    reach.conditions.map((one) => one.text),
  );
}
