/** What a definition is called, in both languages; one text alone is Chinese. */
import { useTranslation } from "react-i18next";
import type { DefinitionBody, Label } from "@/shared/definition/form";
import { TextField } from "@/shared/ui/TextField";
import styles from "./Definitions.module.css";

interface LabelFieldsProps {
  body: DefinitionBody;
  problems: Record<string, string>;
  readonly: boolean;
  onChange: (body: DefinitionBody) => void;
}

export function LabelFields({ body, problems, readonly, onChange }: LabelFieldsProps) {
  const { t } = useTranslation();
  if (body.label === undefined) return null;
  const label: Label =
    typeof body.label === "string" ? { "zh-CN": body.label } : (body.label as Label);
  const put = (locale: keyof Label) => (text: string) => {
    const next = { ...label, [locale]: text };
    if (locale === "en-US" && text === "") delete next[locale];
    onChange({ ...body, label: next });
  };
  return (
    <div className={styles.labels}>
      {(["zh-CN", "en-US"] as const).map((locale) => (
        <TextField
          key={locale}
          label={t(`setup.label.${locale}`)}
          value={label[locale] ?? ""}
          onChange={put(locale)}
          readOnly={readonly}
          error={locale === "zh-CN" ? problems.label : undefined}
          maxLength={200}
        />
      ))}
    </div>
  );
}
