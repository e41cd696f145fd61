/** Asks before automatic assignment is switched off or on, and why. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import { useErrorText } from "@/shared/ui/States";
import { TextField } from "@/shared/ui/TextField";
import { showToast } from "@/shared/ui/toast";
import { switchDealing } from "./api";
import styles from "./Watch.module.css";

interface SwitchSheetProps {
  object: string;
  /** What it is switched to. */
  automatic: boolean;
  onClose: () => void;
}

export function SwitchSheet({ object, automatic, onClose }: SwitchSheetProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const client = useQueryClient();
  const [note, setNote] = useState("");
  const done = useMutation({
    mutationFn: () => switchDealing(object, automatic, note.trim()),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["assignment", object] });
      showToast(t(automatic ? "watch.switched_automatic" : "watch.switched_hand"));
      onClose();
    },
  });
  const fields = done.error instanceof ApiError ? done.error.fieldErrors : {};
  return (
    <Sheet
      kind="dialog"
      label={t(automatic ? "watch.to_automatic" : "watch.to_hand")}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("do.cancel")}</Button>
          <Button look="primary" busy={done.isPending} onClick={() => done.mutate()}>
            {t(automatic ? "watch.to_automatic" : "watch.to_hand")}
          </Button>
        </>
      }
    >
      <div className={styles.sheet}>
        <p>{t(automatic ? "watch.to_automatic_hint" : "watch.to_hand_hint")}</p>
        <TextField
          label={t("watch.note")}
          value={note}
          error={fields.note}
          data-autofocus
          onChange={setNote}
        />
        {done.error && !fields.note && (
          <p className={styles.error} role="alert">
            {textOf(done.error)}
          </p>
        )}
      </div>
    </Sheet>
  );
}
