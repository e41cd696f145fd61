/** What a token may do, put together from what is ticked. */

/** Over everything that its person may. */
export const WHOLE = ["read", "write", "definitions", "people"] as const;

/** The words for the server: where everything may be read, one object needn't be named. */
export function scopesOf(whole: readonly string[], objects: Record<string, string>): string[] {
  const single = Object.entries(objects).flatMap(([object, level]) =>
    level === "write"
      ? [`object:${object}:read`, `object:${object}:write`]
      : level === "read"
        ? [`object:${object}:read`]
        : [],
  );
  return [...whole, ...single].filter(
    (one) =>
      !(whole.includes("write") && one.startsWith("object:") && one.endsWith(":write")) &&
      !(whole.includes("read") && one.startsWith("object:") && one.endsWith(":read")),
  );
}
