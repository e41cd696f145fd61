/** A chosen condition as text, behind the one that is there. */
import type { Field } from "@/shared/api/types";
import { expressionOf, type Filter } from "@/shared/filter/model";

/** Quotes as people who write conditions do; what holds a quote itself stays as it is. */
function plainQuotes(text: string): string {
  return text.replace(/"([^"'\\]*)"/g, "'$1'");
}

/** One condition; several values read best as a list. */
export function chosen(field: Field, filter: Filter): string {
  const listed =
    field.type === "choice" || field.type === "stage"
      ? { any: "in", none_of: "not in" }[filter.op as string]
      : undefined;
  if (listed && (filter.values.length > 1 || filter.op === "none_of")) {
    const values = filter.values.map((one) => JSON.stringify(one)).join(", ");
    const among = `${field.name} ${listed} [${values}]`;
    // A field without a value is none of them either; comparing with nothing would leave it out.
    return plainQuotes(filter.op === "any" ? among : `(${field.name} == null or ${among})`);
  }
  return plainQuotes(expressionOf(null, [filter], [field]) ?? "");
}

/** Both conditions; brackets keep an "or" of the first one together. */
export function joined(before: string, field: Field, filter: Filter): string {
  const first = before.trim();
  const next = chosen(field, filter);
  if (first === "")
    return next.replace(/^\((.*)\)$/, (all, inner: string) => (/[()]/.test(inner) ? all : inner));
  return `${/\bor\b/.test(first) ? `(${first})` : first} and ${next}`;
}
