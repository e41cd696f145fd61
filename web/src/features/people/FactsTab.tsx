/** A person's facts, changed in place and sent together. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Value } from "@/shared/api/types";
import { unsent } from "@/shared/form/model";
import { Button } from "@/shared/ui/Button";
import { Skeleton } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";
import { useAsked } from "@/shared/useAsked";
import { changePerson, type PersonItem, refreshPeople } from "./api";
import { changeOf, draftOf } from "./fields";
import styles from "./People.module.css";
import { PersonForm, useAttributes } from "./PersonForm";

export function FactsTab({ person }: { person: PersonItem }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const attributes = useAttributes();
  const { ask, busy, errors, setErrors } = useAsked("form");
  const [typed, setTyped] = useState<Record<string, Value>>({});
  if (!attributes) return <Skeleton lines={8} />;

  const before = draftOf(person, attributes);
  const draft = { ...before, ...typed };
  const change = changeOf(before, draft, attributes);
  const changed = Object.keys(change).length > 0;

  const save = async () => {
    const saved = await ask(() => changePerson(person.id, change));
    if (!saved) return;
    await refreshPeople(client);
    setTyped((now) => unsent(now, typed));
    showToast(t("people.saved"));
  };
  return (
    <>
      <PersonForm
        draft={draft}
        errors={errors}
        onChange={(name, value) => {
          setTyped((now) => ({ ...now, [name]: value }));
          setErrors((now) => ({ ...now, [name]: undefined }));
        }}
      />
      {errors.form && (
        <p className={styles.error} role="alert">
          {errors.form}
        </p>
      )}
      <div className={styles.foot}>
        <Button look="primary" busy={busy} disabled={!changed} onClick={() => void save()}>
          {t("do.save")}
        </Button>
        {changed && <Button onClick={() => setTyped({})}>{t("do.undo")}</Button>}
      </div>
    </>
  );
}
