/** The page of one definition: what it says, in its form or as text, and what a change of it will do. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError } from "@/shared/api/client";
import { useMe } from "@/shared/api/queries";
import { typedLabel } from "@/shared/definition/body";
import type { DefinitionBody, DefinitionForm } from "@/shared/definition/form";
import { mayWrite } from "@/shared/definition/rights";
import { ErrorState, Skeleton } from "@/shared/ui/States";
import { definitionQuery, type Definition } from "./api";
import { Editor } from "./Editor";
import { SINGLE, useKindName } from "./kindName";

/** What a new definition says at first; asked for then where it holds words in the language of the day. */
export type Start = DefinitionBody | (() => DefinitionBody);

export interface Kinds {
  /** By the kind's name; a kind without a form is edited as text. */
  forms: Record<string, DefinitionForm>;
  starts: Record<string, Start>;
}

/** Kinds that are known by their key alone. */
const UNNAMED = ["pipeline", "profile", "retention"];

/** What a new definition starts with; its first change makes the draft. */
function begun(kind: string, key: string, label: string, start: Start): Definition {
  const name = typedLabel(label);
  const said = typeof start === "function" ? start() : start;
  const body = { [kind]: key, ...(!UNNAMED.includes(kind) && { label: name }), ...said };
  const can = { dry_run: false, pilot: false };
  const nowhere = { app: null, version: null, draft: null, versions: [], pilots: [], can };
  return { kind, key, label, body, tag: '"new"', ...nowhere };
}

export function DefinitionPage({ forms, starts }: Kinds) {
  const { kind, key } = useParams({ from: "/shell/setup/$kind/$key" });
  const { label } = useSearch({ from: "/shell/setup/$kind/$key" });
  const client = useQueryClient();
  const { name } = useKindName(kind);
  const rights = useMe()?.permissions;
  // What is being written is thrown away when something else is put in its place.
  const [turn, setTurn] = useState(0);
  const found = useQuery(definitionQuery(kind, key));
  const missing = found.error instanceof ApiError && found.error.status === 404;
  // Remembered, because the query forgets its error while it asks anew: the form must not go and come back then.
  const place = `${kind}/${key}`;
  const [begunAt, setBegunAt] = useState<string>();
  if (missing && begunAt !== place) setBegunAt(place);
  const definition =
    found.data ??
    (begunAt === place && label !== undefined
      ? begun(kind, key, label, starts[kind] ?? {})
      : undefined);
  if (!definition) {
    if (found.isPending) return <Skeleton lines={8} />;
    return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  }
  const onReplaced = async () => {
    await client.invalidateQueries({ queryKey: ["definition", kind, key] });
    void client.invalidateQueries({ queryKey: ["definitions"] });
    // What was published is in lists and forms at once, without a new visit.
    void client.invalidateQueries({ queryKey: ["catalog"] });
    setTurn((last) => last + 1);
  };
  return (
    <Editor
      key={`${place}/${turn}`}
      definition={SINGLE[kind] ? { ...definition, label: name } : definition}
      form={forms[kind]}
      readonly={rights === undefined || !mayWrite(rights, kind, key)}
      onReplaced={onReplaced}
    />
  );
}
