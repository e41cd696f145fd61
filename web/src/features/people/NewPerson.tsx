/** A new person; the password for the first sign-in is shown this once. */
import { useQueryClient } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Value } from "@/shared/api/types";
import { Button } from "@/shared/ui/Button";
import { CopyText } from "@/shared/ui/CopyText";
import { useLeave } from "@/shared/ui/leave";
import { Sheet } from "@/shared/ui/Overlay";
import { useAsked } from "@/shared/useAsked";
import { createPerson, type PersonItem, refreshPeople } from "./api";
import { changeOf } from "./fields";
import styles from "./People.module.css";
import { PersonForm, useAttributes } from "./PersonForm";

interface NewPersonProps {
  onClose: () => void;
  onOpen: (person: string) => void;
}

const EMPTY = { locale: "zh-CN" };

export function NewPerson({ onClose, onOpen }: NewPersonProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const attributes = useAttributes() ?? [];
  const { ask, busy, errors, setErrors } = useAsked("form");
  const [draft, setDraft] = useState<Record<string, Value>>(EMPTY);
  const [made, setMade] = useState<PersonItem & { password: string }>();
  const leave = useLeave(draft !== EMPTY && !made, onClose);

  const save = async () => {
    const body = changeOf({}, draft, attributes);
    const person = await ask(() => createPerson(body));
    if (!person) return;
    setMade(person);
    void refreshPeople(client);
  };

  if (made) {
    return (
      <Sheet
        kind="dialog"
        label={t("people.made", { name: made.name })}
        onClose={onClose}
        foot={
          <>
            <Button onClick={() => onOpen(made.id)}>{t("people.open")}</Button>
            <Button look="primary" onClick={onClose}>
              {t("people.told")}
            </Button>
          </>
        }
      >
        <div className={styles.stack}>
          <p className={styles.done} role="status">
            <CircleCheck size={16} aria-hidden />
            {t("people.once_hint")}
          </p>
          <CopyText label={t("people.login")} text={made.login} />
          <CopyText label={t("people.once")} text={made.password} />
        </div>
      </Sheet>
    );
  }
  return (
    <Sheet
      kind="drawer"
      label={t("people.new")}
      onClose={leave.close}
      foot={
        <>
          {errors.form && (
            <p className={styles.error} role="alert">
              {errors.form}
            </p>
          )}
          <Button onClick={leave.close}>{t("do.cancel")}</Button>
          <Button look="primary" busy={busy} onClick={() => void save()}>
            {t("do.create")}
          </Button>
        </>
      }
    >
      <PersonForm
        draft={draft}
        errors={errors}
        onChange={(name, value) => {
          setDraft((now) => ({ ...now, [name]: value }));
          setErrors((now) => ({ ...now, [name]: undefined }));
        }}
      />
      {leave.question}
    </Sheet>
  );
}
