/** A new definition gets its name and its key, which stays; the rest is said on its page. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useProposedName } from "@/shared/definition/names";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import { TextField } from "@/shared/ui/TextField";
import styles from "./Definitions.module.css";
import { useKindName } from "./kindName";

const KEY = /^[a-z][a-z0-9_]{0,46}$/;

interface NewDefinitionProps {
  kind: string;
  taken: { key: string }[];
  onClose: () => void;
}

export function NewDefinition({ kind, taken, onClose }: NewDefinitionProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { name } = useKindName(kind);
  const [label, setLabel] = useState("");
  const [typed, setTyped] = useState<string>();
  const proposed = useProposedName(
    label,
    taken.map((one) => one.key),
  );
  const key = typed ?? proposed;
  const [tried, setTried] = useState(false);
  const wrongKey = !KEY.test(key)
    ? t("setup.new.key_wrong")
    : taken.some((one) => one.key === key)
      ? t("setup.new.key_taken")
      : undefined;
  const noLabel = label.trim() === "" ? t("setup.new.label_missing") : undefined;
  const onSubmit = () => {
    setTried(true);
    if (wrongKey || noLabel) return;
    void navigate({
      to: "/setup/$kind/$key",
      params: { kind, key },
      search: { label: label.trim() },
    });
  };
  return (
    <Sheet
      kind="dialog"
      label={`${t("setup.new.do")} · ${name}`}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("do.cancel")}</Button>
          <Button look="primary" type="submit" form="new-definition">
            {t("setup.new.go_on")}
          </Button>
        </>
      }
    >
      <form
        id="new-definition"
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <TextField
          label={t("setup.new.label")}
          value={label}
          onChange={setLabel}
          error={tried ? noLabel : undefined}
          maxLength={80}
          data-autofocus
        />
        <TextField
          label={t("setup.new.key")}
          value={key}
          onChange={(next) => setTyped(next === "" ? undefined : next)}
          error={tried ? wrongKey : undefined}
          hint={t("setup.new.key_hint")}
          maxLength={47}
          autoCapitalize="off"
          spellCheck={false}
        />
      </form>
    </Sheet>
  );
}
