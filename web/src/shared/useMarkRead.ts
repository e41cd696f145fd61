/** Marks notices as read; everything that shows or counts them is asked anew. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import { useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";

export function useMarkRead() {
  const client = useQueryClient();
  const errorText = useErrorText();
  return useMutation({
    mutationFn: (which: { ids: string[] } | { all: true }) =>
      api<void>("/notifications/read", { method: "POST", body: which }),
    onError: (error) => showToast(errorText(error), "failed"),
    onSettled: () => client.invalidateQueries({ queryKey: ["notifications"] }),
  });
}
