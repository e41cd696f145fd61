/** What may be written next, asked of the server, with labels and what functions do. */
import type {
  Completion as Shown,
  CompletionContext,
  CompletionResult,
} from "@codemirror/autocomplete";
import type { QueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import type { Catalog } from "@/shared/api/types";
import { completionsOf, functionsQuery, type Asked, type FunctionDoc } from "./api";
import { charactersOf } from "./tokens";

const BEGUN =
  /(?<way>(?:(?:`[^`\n]*`|[\p{L}_][\p{L}\p{N}_]*)\s*\.\s*)*)(?<begun>`[^`\n]*|[\p{L}_][\p{L}\p{N}_]*)?$/u;
const NAME = /^[a-z][a-z0-9_]*$/;
const PLAIN = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** Names of fields whose label holds what was begun, for who knows labels better than names. */
function byLabel(catalog: Catalog | undefined, object: string, begun: string): Shown[] {
  const fields = catalog?.objects.find((one) => one.name === object)?.fields ?? [];
  return fields
    .filter((one) => begun !== "" && one.label.includes(begun))
    .map(({ name, label }) => ({ label, detail: name, apply: name }));
}

function shownFunction({ name, signature, doc }: FunctionDoc): Shown {
  return { label: name, detail: signature.slice(name.length), info: doc, apply: `${name}(` };
}

export function completionSource(
  client: QueryClient,
  catalog: Catalog | undefined,
  asked: Omit<Asked, "expression">,
) {
  const labels = new Map(
    catalog?.objects
      .find((one) => one.name === asked.object)
      ?.fields.map(({ name, label }) => [name, label]),
  );
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const text = context.state.doc.toString();
    const { way = "", begun = "" } = BEGUN.exec(text.slice(0, context.pos))?.groups ?? {};
    if (!context.explicit && begun === "" && way === "") return null;
    const at = charactersOf(text, context.pos);
    try {
      const [found, functions] = await Promise.all([
        completionsOf({ ...asked, expression: text }, at),
        client.ensureQueryData(functionsQuery),
      ]);
      const docs = new Map(functions.items.map((one) => [one.name, one]));
      // A field also goes by its labels; one name of each is enough, and the label stands beside it.
      const named = found.filter(
        ({ name, kind }) => NAME.test(name) || kind === "function" || kind === "word",
      );
      const options = (named.length > 0 ? named : found).map(({ name, kind }): Shown => {
        const doc = kind === "function" ? docs.get(name) : undefined;
        if (doc) return shownFunction(doc);
        const label = way === "" ? labels.get(name) : undefined;
        return {
          label: name,
          detail: label ?? i18next.t(`expression.kind.${kind}`),
          apply: PLAIN.test(name) ? name : `\`${name}\``,
        };
      });
      const also = way === "" ? byLabel(catalog, asked.object, begun) : [];
      return { from: context.pos - begun.length, options: [...also, ...options], filter: false };
    } catch {
      // Without an answer there is nothing to offer; the text can be written all the same.
      return null;
    }
  };
}
