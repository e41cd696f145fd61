/** Sends a change to a record and says how it went; what stands in the way is the caller's to show. */
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import { useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";
import { useChange, type Change } from "./api";

/** `send` answers the error, if any; one that the person can mend in a sheet (422) is not said aloud. */
export function useConfirmedChange(object: string, id: string) {
  const { t } = useTranslation();
  const change = useChange(object, id);
  const errorText = useErrorText();
  const send = async (wanted: Change, done: string): Promise<ApiError | undefined> => {
    try {
      await change.mutateAsync(wanted);
      showToast(done);
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
