/** Sends what a form about one's account asks for; a wrong password is told at its field. */
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import { useAsked as useAny } from "@/shared/useAsked";

export function useAsked(field: string) {
  const { t } = useTranslation();
  return useAny(field, (error) =>
    error instanceof ApiError && error.code === "bad_sign_in"
      ? { password: t("security.wrong_password") }
      : undefined,
  );
}
