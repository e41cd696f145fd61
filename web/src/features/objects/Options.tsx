/** The options of a choice: from a list of the company, or its own. */
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { put, textIn } from "@/shared/definition/body";
import { useKnown } from "@/shared/definition/known";
import { SelectField } from "@/shared/ui/SelectField";
import { fieldsOf } from "./fields";
import styles from "./Objects.module.css";
import { OptionList } from "./OptionList";
import type { SettingProps } from "./setting";

/** The options of the field that are in force: records may have them. */
function usePublished({ body, field }: SettingProps): readonly string[] {
  const fields = useObject(textIn(body, "object"))?.fields ?? [];
  const name = fieldsOf(body).find(([, one]) => one === field)?.[0];
  return fields.find((one) => one.name === name)?.options?.map(({ key }) => key) ?? [];
}

export function OptionsSetting(props: SettingProps & { at: "options" | "items" }) {
  const { t } = useTranslation();
  const { field, at, replace, set, errorAt, readonly } = props;
  const lists = useKnown("options");
  const from = textIn(field, "options_from");
  const lost = errorAt("options_from") ?? errorAt(at);
  const published = usePublished(props);
  const known = from === "" || lists.some((one) => one.key === from);
  return (
    <div className={styles.wide}>
      <SelectField
        label={t("objects.set.options_from")}
        value={from}
        empty={t("objects.set.options_own")}
        options={known ? lists : [...lists, { key: from, label: from }]}
        error={lost}
        disabled={readonly}
        onChange={(next) =>
          replace(put(next ? put(field, at, undefined) : field, "options_from", next || undefined))
        }
      />
      {from === "" && (
        <OptionList
          written={field[at]}
          published={published}
          onChange={(next) => set(at, next)}
          errorAt={(key) => errorAt(`${at}.${key}`)}
          colored={at === "options"}
          readonly={readonly}
        />
      )}
    </div>
  );
}
