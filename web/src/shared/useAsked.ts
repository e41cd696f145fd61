/** Sends what a small form asks for and keeps what came of it: busy, and what is wrong with which field. */
import { useState } from "react";
import { ApiError } from "@/shared/api/client";
import { useErrorText } from "@/shared/ui/States";

export type Asked = Record<string, string | undefined>;

/**
 * `field` is where an error stands that is about none; `read` may tell an error otherwise than by the fields that the
 * server names.
 */
export function useAsked(field: string, read?: (error: unknown) => Asked | undefined) {
  const errorText = useErrorText();
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<Asked>({});

  /** The answer, or nothing if it was refused. */
  const ask = async <T>(send: () => Promise<T>): Promise<T | undefined> => {
    setBusy(true);
    setErrors({});
    try {
      return await send();
    } catch (error) {
      const wrong = error instanceof ApiError ? error.fieldErrors : {};
      const told = Object.keys(wrong).length > 0 ? wrong : { [field]: errorText(error) };
      setErrors(read?.(error) ?? told);
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { ask, busy, errors, setErrors };
}
