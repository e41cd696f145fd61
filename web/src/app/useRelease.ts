/** An open page learns at once that something else is in force, whoever has published it. */
import { useQueryClient } from "@tanstack/react-query";
import { catalogQuery } from "@/shared/api/queries";
import { useStreamEvent } from "@/shared/stream";

/** What a release may change: the metadata, what one may do, and everything that shows its fields. */
const ASKED_ANEW = [
  ...["catalog", "me", "definitions", "definition", "releases"],
  ...["views", "records", "record", "lanes", "board", "desk", "metric"],
];

export function useRelease(): void {
  const client = useQueryClient();
  useStreamEvent("release", ({ release }) => {
    const known = client.getQueryData(catalogQuery.queryKey)?.version;
    if (known === undefined || String(known) === String(release)) return;
    for (const key of ASKED_ANEW) void client.invalidateQueries({ queryKey: [key] });
  });
}
