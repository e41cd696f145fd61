/** Sends what must count once however often it is tried, and keeps in words why it was refused. */
import { useState } from "react";
import { ApiError } from "@/shared/api/client";
import { newKey } from "@/shared/keys";
import { useErrorText } from "@/shared/ui/States";

/** The first words for people of what was refused: those about a field, where there are some. */
export function useReason(): (error: unknown) => string {
  const errorText = useErrorText();
  return (error) => {
    const told = error instanceof ApiError ? Object.values(error.fieldErrors)[0] : undefined;
    return told ?? errorText(error);
  };
}

export function useAttempt() {
  const reason = useReason();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState("");
  const [key, setKey] = useState(newKey);
  const attempt = async (send: (key: string) => Promise<void>) => {
    setBusy(true);
    setRefusal("");
    try {
      await send(key);
    } catch (error) {
      // A refused request is mended into another one; one that may have been done is sent again as it is.
      if (error instanceof ApiError && error.refused) setKey(newKey());
      setRefusal(reason(error));
    } finally {
      setBusy(false);
    }
  };
  return { attempt, busy, refusal };
}
