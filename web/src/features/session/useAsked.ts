/** Sends what a small form asks for and keeps what came of it: busy, and what is wrong with which field. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import { useErrorText } from "@/shared/ui/States";

type Errors = Record<string, string | undefined>;

/** `field` is where an error stands that is about none. */
export function useAsked(field: string) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<Errors>({});

  /** The answer, or nothing if it was refused. */
  const ask = async <T>(send: () => Promise<T>): Promise<T | undefined> => {
    setBusy(true);
    setErrors({});
    try {
      return await send();
    } catch (error) {
      const wrong = error instanceof ApiError ? error.fieldErrors : {};
      const told = Object.keys(wrong).length > 0 ? wrong : { [field]: errorText(error) };
      const unknown = error instanceof ApiError && error.code === "bad_sign_in";
      setErrors(unknown ? { password: t("security.wrong_password") } : told);
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { ask, busy, errors, setErrors };
}
