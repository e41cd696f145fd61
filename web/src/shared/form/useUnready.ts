/** Says at each field why a form can't be sent yet. */
import { useTranslation } from "react-i18next";
import type { Field } from "@/shared/api/types";
import { unready, type Draft, type Errors } from "./model";

export function useUnready(): (fields: readonly Field[], draft: Draft) => Errors {
  const { t } = useTranslation();
  return (fields, draft) =>
    Object.fromEntries(
      Object.entries(unready(fields, draft)).map(([name, why]) => [name, t(`form.${why}`)]),
    );
}
