/** The form for a new record of any object. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import type { ObjectDef, RecordItem } from "@/shared/api/types";
import { Form } from "@/shared/form";
import { changesOf, defaultsOf, without, type Draft, type Errors } from "@/shared/form/model";
import { useUnready } from "@/shared/form/useUnready";
import { newKey } from "@/shared/keys";
import { Button } from "@/shared/ui/Button";
import { useLeave } from "@/shared/ui/leave";
import { Sheet } from "@/shared/ui/Overlay";
import { useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";
import { useCreate } from "./api";
import styles from "./RecordView.module.css";

interface NewSheetProps {
  object: ObjectDef;
  /** What is filled in already, such as the record that the new one belongs to. */
  preset?: Draft;
  onClose: () => void;
  onMade: (record: RecordItem) => void;
}

export function NewSheet({ object, preset, onClose, onMade }: NewSheetProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const unready = useUnready();
  const create = useCreate(object.name);
  const fields = object.fields.filter((field) => !field.readonly && !field.system);
  const [key, setKey] = useState(newKey);
  const [defaults] = useState(() => defaultsOf(fields));
  const [begun] = useState<Draft>({ ...defaults, ...preset });
  const [draft, setDraft] = useState(begun);
  const typed = changesOf(fields, begun, draft);
  const leave = useLeave(Object.keys(typed).length > 0, onClose);
  const [errors, setErrors] = useState<Errors>({});
  const [refusal, setRefusal] = useState("");

  const submit = async () => {
    const wrong = unready(fields, draft);
    if (Object.keys(wrong).length > 0) return setErrors(wrong);
    try {
      // What stays at its default is left to the server; a default that was emptied is sent as nothing.
      const made = await create.mutateAsync({ values: changesOf(fields, defaults, draft), key });
      showToast(t("record.created", { object: object.label }));
      leave.sent();
      onMade(made);
    } catch (error) {
      const wrong = error instanceof ApiError ? error.fieldErrors : {};
      // A refused request is mended into another one; one that may have been done is sent again as it is.
      if (error instanceof ApiError && error.refused) setKey(newKey());
      setErrors(wrong);
      setRefusal(Object.keys(wrong).length > 0 ? "" : errorText(error));
    }
  };

  return (
    <Sheet
      kind="drawer"
      label={t("record.new", { object: object.label })}
      onClose={leave.close}
      foot={
        <>
          <Button onClick={leave.close}>{t("do.cancel")}</Button>
          <Button look="primary" busy={create.isPending} onClick={() => void submit()}>
            {t("do.create")}
          </Button>
        </>
      }
    >
      <Form
        layout="stack"
        folded
        fields={fields}
        sections={object.sections}
        draft={draft}
        errors={errors}
        onChange={(name, value) => {
          setDraft((now) => ({ ...now, [name]: value }));
          setErrors((now) => without(now, name));
        }}
      />
      {refusal && (
        <p className={styles.formError} role="alert">
          {refusal}
        </p>
      )}
      {leave.question}
    </Sheet>
  );
}
