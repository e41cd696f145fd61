/** The form for a new record of any object, in a drawer over the list. */
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import { useObject } from "@/shared/api/queries";
import type { ObjectDef } from "@/shared/api/types";
import { Form } from "@/shared/form";
import { changesOf, missing, type Draft, type Errors } from "@/shared/form/model";
import { newKey } from "@/shared/keys";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import { useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";
import { useCreate } from "./api";
import styles from "./RecordView.module.css";

function NewForm({ object }: { object: ObjectDef }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const errorText = useErrorText();
  const create = useCreate(object.name);
  const [key, setKey] = useState(newKey);
  const [draft, setDraft] = useState<Draft>({});
  const [errors, setErrors] = useState<Errors>({});
  const [refusal, setRefusal] = useState("");
  const fields = object.fields.filter((field) => !field.readonly && !field.system);

  const close = () =>
    void navigate({ to: "/o/$object", params: { object: object.name }, search: true });

  const submit = async () => {
    const blank = missing(fields, draft);
    if (blank.length > 0) {
      return setErrors(Object.fromEntries(blank.map((name) => [name, t("form.required")])));
    }
    try {
      const made = await create.mutateAsync({ values: changesOf(fields, {}, draft), key });
      showToast(t("record.created", { object: object.label }));
      void navigate({
        to: "/o/$object/records/$id",
        params: { object: object.name, id: made.id },
        search: true,
        replace: true,
      });
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
      onClose={close}
      foot={
        <>
          <Button onClick={close}>{t("do.cancel")}</Button>
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
        draft={draft}
        errors={errors}
        onChange={(name, value) => {
          setDraft({ ...draft, [name]: value });
          setErrors(Object.fromEntries(Object.entries(errors).filter(([field]) => field !== name)));
        }}
      />
      {refusal && (
        <p className={styles.formError} role="alert">
          {refusal}
        </p>
      )}
    </Sheet>
  );
}

export function NewRecord() {
  const { object: name = "" } = useParams({ strict: false });
  const object = useObject(name);
  return object && <NewForm object={object} />;
}
