/** Names of people in a step: the owner, those above, a role, whoever stands in a field. */
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import {
  useDepartmentChoices,
  usePeopleChoices,
  useRoleChoices,
} from "@/shared/definition/choices";
import { RemoveButton } from "@/shared/sentence/RemoveButton";
import { ChoiceBlank, type Choice } from "@/shared/sentence/blanks";
import { Button } from "@/shared/ui/Button";
import type { Around } from "./around";
import { isKeyed, readWho, WHO_KINDS, writeWho, type Who, type WhoKind } from "./model";
import styles from "./Steps.module.css";

interface WhoBlankProps {
  label: string;
  value: string[];
  onChange: (next: string[]) => void;
  error?: string;
  around: Around;
}

function useKeys(object: string): Partial<Record<WhoKind, Choice[]>> {
  const fields = useObject(object)?.fields ?? [];
  return {
    role: useRoleChoices(),
    department: useDepartmentChoices(),
    person: usePeopleChoices(),
    field: fields
      .filter((field) => field.type === "person")
      .map(({ name, label }) => ({ key: name, label })),
  };
}

export function WhoBlank({ label, value, onChange, error, around }: WhoBlankProps) {
  const { t } = useTranslation();
  const keys = useKeys(around.object);
  const { readonly } = around;
  const kinds = WHO_KINDS.map((kind) => ({ key: kind, label: t(`steps.who_${kind}`) }));
  const change = (at: number, next: Who) =>
    onChange(value.map((one, i) => (i === at ? writeWho(next) : one)));
  const add = () => onChange([...value, value.includes("owner") ? "superior" : "owner"]);
  return (
    <span className={styles.people}>
      {value.map((word, at) => {
        const who = readWho(word);
        return (
          <span key={at} className={styles.who}>
            {at > 0 && <span>{t("steps.and")}</span>}
            <ChoiceBlank
              label={label}
              value={who.kind}
              options={kinds}
              onChange={(kind) => {
                const first = keys[kind as WhoKind]?.[0]?.key ?? "";
                change(at, { kind: kind as WhoKind, key: first, bare: false });
              }}
              readonly={readonly}
              error={at === 0 ? error : undefined}
            />
            {isKeyed(who.kind) && (
              <ChoiceBlank
                label={t(`steps.who_${who.kind}`)}
                value={who.key}
                options={keys[who.kind] ?? []}
                onChange={(key) => change(at, { ...who, key })}
                readonly={readonly}
              />
            )}
            {!readonly && value.length > 1 && (
              <RemoveButton
                name={t(`steps.who_${who.kind}`)}
                onClick={() => onChange(value.filter((_, i) => i !== at))}
              />
            )}
          </span>
        );
      })}
      {!readonly && (
        <Button
          look="ghost"
          icon={<Plus size={15} />}
          aria-label={t("steps.add_who")}
          onClick={add}
        />
      )}
    </span>
  );
}
