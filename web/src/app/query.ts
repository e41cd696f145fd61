/** How long answers are good, and what is asked again. */
import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "@/shared/api/client";

const MOST_RETRIES = 2;
const FRESH_FOR = 5_000;

export function makeQueryClient(): QueryClient {
  return new QueryClient({
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
