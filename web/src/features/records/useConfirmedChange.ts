/** Sends a change to a record and says how it went; what stands in the way is the caller's to show. */
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import type { ObjectDef, RecordItem } from "@/shared/api/types";
import { newKey } from "@/shared/keys";
import { useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";
import { outlooksQuery, useChange, type Change } from "./api";

/** What takes a change back: another change, or an operation if it may be done then. */
type Undo = ((changed: RecordItem) => Change) | { operation: string };

/** `send` answers the error, if any; one that the person can mend in a sheet (422) is not said aloud. */
export function useConfirmedChange(object: ObjectDef, id: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const change = useChange(object.name, id);
  const errorText = useErrorText();

  const takeBack = async (wanted: Change) => {
    try {
      await change.mutateAsync(wanted);
      showToast(t("detail.undone"));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const stale = error.code === "version_conflict";
      showToast(stale ? t("record.stale") : errorText(error), "failed");
    }
  };

  const takenBackBy = async (undo: Undo, changed: RecordItem): Promise<Change | undefined> => {
    if (typeof undo === "function") return undo(changed);
    const back = object.operations.find((one) => one.name === undo.operation);
    if (!back) return undefined;
    const outlooks = await client
      .fetchQuery({ ...outlooksQuery(object.name, id), staleTime: 0 })
      .catch(() => []);
    if (!outlooks.find((one) => one.name === back.name)?.allowed) return undefined;
    const { version } = changed;
    return { kind: "do", operation: back.name, version, values: {}, key: newKey() };
  };

  const send = async (wanted: Change, done: string, undo?: Undo): Promise<ApiError | undefined> => {
    try {
      const changed = await change.mutateAsync(wanted);
      const back = undo && changed && (await takenBackBy(undo, changed));
      const action = back && { label: t("do.take_back"), run: () => void takeBack(back) };
      showToast(done, "done", action);
      return undefined;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const stale = error.code === "version_conflict";
      if (error.status !== 422) showToast(stale ? t("record.stale") : errorText(error), "failed");
      return error;
    }
  };
  return { send, busy: change.isPending };
}
