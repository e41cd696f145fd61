/** How long answers are good, what is asked again, and what a lost session means. */
import { QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "@/shared/api/client";

const MOST_RETRIES = 2;
const FRESH_FOR = 5_000;

export function makeQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof ApiError && error.status === 401) onSignedOut();
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: FRESH_FOR,
        // Ask even when the browser thinks that it is offline: a server in the same building may answer.
        networkMode: "always",
        // What the server refused it will refuse again; what it did not answer it may yet.
        retry: (failures, error) =>
          failures < MOST_RETRIES && !(error instanceof ApiError && error.refused),
      },
      mutations: { networkMode: "always" },
    },
  });
}
