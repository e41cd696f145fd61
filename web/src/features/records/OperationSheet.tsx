/** The sheet of an operation: what it asks for, and what to say beside it. */
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ObjectDef, Operation, RecordItem } from "@/shared/api/types";
import { Form } from "@/shared/form";
import {
  changesOf,
  defaultsOf,
  toServer,
  unready,
  type Draft,
  type Errors,
} from "@/shared/form/model";
import { newKey } from "@/shared/keys";
import { Button } from "@/shared/ui/Button";
import { useLeave } from "@/shared/ui/leave";
import { Sheet } from "@/shared/ui/Overlay";
import { Skeleton } from "@/shared/ui/States";
import { playbookQuery, type Guide } from "./api";
import styles from "./RecordView.module.css";
import { useConfirmedChange } from "./useConfirmedChange";

const PlaybookPanel = lazy(() => import("./PlaybookPanel"));

interface OperationSheetProps {
  object: ObjectDef;
  operation: Operation;
  record: RecordItem;
  /** What the form begins with for this record. */
  suggested: Draft;
  onClose: () => void;
}

export default function OperationSheet({
  object,
  operation,
  record,
  suggested,
  onClose,
}: OperationSheetProps) {
  const { t } = useTranslation();
  const { send, busy } = useConfirmedChange(object, record.id);
  const [key, setKey] = useState(newKey);
  const [begun] = useState<Draft>(() => ({ ...defaultsOf(operation.input), ...suggested }));
  const [draft, setDraft] = useState(begun);
  const [errors, setErrors] = useState<Errors>({});
  const [refusal, setRefusal] = useState("");
  const [guide, setGuide] = useState<Guide>();
  const client = useQueryClient();
  const fields = operation.input;
  const typed = changesOf(fields, begun, draft);
  const leave = useLeave(Object.keys(typed).length > 0, onClose);

  const submit = async () => {
    const values = Object.fromEntries(
      fields.map((field) => [field.name, toServer(field, draft[field.name])]),
    );
    const playbook = guide?.used.length ? guide : undefined;
    const error = await send(
      { kind: "do", operation: operation.name, version: record.version, values, playbook, key },
      t("operation.done", { operation: operation.label }),
      operation.undo ? { operation: operation.undo } : undefined,
    );
    if (!error) {
      leave.sent();
      return onClose();
    }
    // A refused request is mended into another one; one that may have been done is sent again as it is.
    if (error.refused) setKey(newKey());
    if (error.status !== 422) return;
    const ofFields = Object.fromEntries(
      Object.entries(error.fieldErrors).filter(([name]) => !name.startsWith("playbook.")),
    );
    setErrors(ofFields);
    setRefusal(Object.keys(ofFields).length > 0 ? "" : error.message);
    if (Object.keys(ofFields).length === Object.keys(error.fieldErrors).length) return;
    // Somebody has published another playbook meanwhile: what is ticked of it is asked anew.
    setGuide(undefined);
    setRefusal(t("playbook.changed"));
    await client.invalidateQueries(playbookQuery(object.name, record.id, operation.name));
  };

  const form = (
    <>
      {operation.confirm && <p>{operation.confirm}</p>}
      <Form
        layout="stack"
        chips
        fields={fields}
        draft={draft}
        errors={errors}
        onChange={(name, value) => setDraft((now) => ({ ...now, [name]: value }))}
      />
      {refusal && (
        <p className={styles.formError} role="alert">
          {refusal}
        </p>
      )}
    </>
  );

  return (
    <Sheet
      kind="dialog"
      wide={operation.playbooks}
      label={operation.label}
      onClose={leave.close}
      foot={
        <>
          <Button onClick={leave.close}>{t("do.cancel")}</Button>
          <Button
            look="primary"
            busy={busy}
            disabled={Object.keys(unready(fields, draft)).length > 0}
            onClick={() => void submit()}
          >
            {operation.label}
          </Button>
        </>
      }
    >
      {operation.playbooks ? (
        <div className={styles.guided}>
          <aside aria-label={t("playbook.title")}>
            <Suspense fallback={<Skeleton lines={4} />}>
              <PlaybookPanel
                object={object.name}
                id={record.id}
                operation={operation.name}
                guide={guide}
                onUse={setGuide}
              />
            </Suspense>
          </aside>
          <div>{form}</div>
        </div>
      ) : (
        form
      )}
      {leave.question}
    </Sheet>
  );
}
