/** Gives all records of a customer that several people pursue to one of them, or to somebody else. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Field, Value } from "@/shared/api/types";
import { Form } from "@/shared/form";
import { toServer } from "@/shared/form/model";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import { useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";
import styles from "./Pursued.module.css";
import { give, type Given, type PursuedGroup, type Pursuit } from "./pursued";

interface GiveSheetProps {
  group: PursuedGroup;
  /** Those of its records that one may give. */
  records: Pursuit[];
  onGiven: () => void;
  onClose: () => void;
}

export default function GiveSheet({ group, records, onGiven, onClose }: GiveSheetProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const [owner, setOwner] = useState<Value>(null);
  const [refusal, setRefusal] = useState("");
  const [busy, setBusy] = useState(false);
  const field: Field = {
    name: "owner",
    label: t("pursued.give_to"),
    type: "person",
    core: true,
    required: true,
  };
  const chosen = toServer(field, owner);
  const person = typeof chosen === "string" ? chosen : "";
  const going = records.filter((one) => one.owner.id !== person);

  const back = async (done: Pursuit[]) => {
    try {
      await give(done.map((one) => [one, one.owner.id]));
      showToast(t("pursued.given_back"));
    } catch (error) {
      showToast(textOf(error), "failed");
    } finally {
      onGiven();
    }
  };
  const tell = ({ done, refused, reason = "" }: Given) => {
    if (done.length > 0) {
      const run = () => void back(done);
      const text = t("pursued.given", { count: done.length });
      showToast(text, "done", { label: t("do.take_back"), run });
    }
    if (refused > 0) return setRefusal(t("pursued.some_refused", { count: refused, reason }));
    onClose();
  };
  const submit = async () => {
    setBusy(true);
    setRefusal("");
    try {
      tell(await give(going.map((one) => [one, person])));
    } catch (error) {
      setRefusal(textOf(error));
    } finally {
      setBusy(false);
      onGiven();
    }
  };

  return (
    <Sheet
      kind="dialog"
      label={t("pursued.give_title", { label: group.label ?? t("record.untitled") })}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("do.cancel")}</Button>
          <Button
            look="primary"
            busy={busy}
            disabled={person === "" || going.length === 0}
            onClick={() => void submit()}
          >
            {t("pursued.give_do")}
          </Button>
        </>
      }
    >
      <p className={styles.hint}>{t("pursued.give_hint")}</p>
      <Form
        layout="stack"
        fields={[field]}
        draft={{ owner }}
        errors={{}}
        onChange={(_, value) => setOwner(value)}
      />
      {refusal && (
        <p className={styles.wrong} role="alert">
          {refusal}
        </p>
      )}
    </Sheet>
  );
}
