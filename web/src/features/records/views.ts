/** Keeping views: what is asked of the server, and what is asked anew when it has answered. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { ListView, Look } from "./look";

/** Whom a view is shown to beside the one who keeps it. */
interface Shared {
  everyone: boolean;
  departments: string[];
}

interface ViewBody extends Partial<Shared> {
  name?: string;
  look?: Look & { filter: string | null };
}

type ViewDeed =
  | { do: "keep"; body: ViewBody }
  | { do: "change"; view: string; body: ViewBody }
  | { do: "delete"; view: string }
  | { do: "begin"; view: string | null };

export function useViewDeed(object: string) {
  const client = useQueryClient();
  const path = `/objects/${object}/views`;
  return useMutation({
    mutationFn: (deed: ViewDeed): Promise<ListView | undefined> => {
      switch (deed.do) {
        case "keep":
          return api(path, { method: "POST", body: deed.body });
        case "change":
          return api(`${path}/${deed.view}`, { method: "PATCH", body: deed.body });
        case "delete":
          return api(`${path}/${deed.view}`, { method: "DELETE" });
        case "begin":
          return api(`${path}/default`, { method: "PUT", body: { view: deed.view } });
      }
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["views", object] }),
  });
}
