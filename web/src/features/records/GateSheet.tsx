/** What a stage still asks for; fields are filled in on the spot and sent with the move. */
import { CircleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "@/shared/api/client";
import type { ObjectDef, RecordItem, Stage, Unmet } from "@/shared/api/types";
import { Form } from "@/shared/form";
import { changesOf, unready, type Draft } from "@/shared/form/model";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import type { Values } from "./api";
import styles from "./RecordView.module.css";

interface GateSheetProps {
  object: ObjectDef;
  record: RecordItem;
  stage: Stage;
  unmet: Unmet[];
  error: ApiError;
  busy: boolean;
  onSend: (values: Values) => void;
  onClose: () => void;
}

export function GateSheet(props: GateSheetProps) {
  const { object, record, stage, unmet, error, busy, onSend, onClose } = props;
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Draft>({});
  const wanted = new Set(unmet.map((one) => one.field));
  const fields = object.fields
    .filter((field) => wanted.has(field.name) && !field.readonly)
    .map((field) => ({ ...field, required: true }));
  const others = unmet.filter((one) => !fields.some((field) => field.name === one.field));
  const filled = { ...record, ...draft } as Draft;
  const submit = () => onSend(changesOf(fields, record as Draft, filled));
  return (
    <Sheet
      kind="dialog"
      label={t("gate.title", { stage: stage.label })}
      unsaved={Object.keys(changesOf(fields, record as Draft, filled)).length > 0}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("do.cancel")}</Button>
          <Button
            look="primary"
            busy={busy}
            disabled={fields.length === 0 || Object.keys(unready(fields, filled)).length > 0}
            onClick={submit}
          >
            {t("gate.send", { stage: stage.label })}
          </Button>
        </>
      }
    >
      <ul className={styles.unmet}>
        {(unmet.length > 0 ? others : [{ label: error.message, detail: null }]).map((one) => (
          <li key={one.label}>
            <CircleAlert size={14} aria-hidden />
            <span>
              {one.label}
              {one.detail && one.detail !== one.label && ` · ${one.detail}`}
            </span>
          </li>
        ))}
      </ul>
      {fields.length > 0 && (
        <Form
          layout="stack"
          fields={fields}
          draft={filled}
          errors={error.fieldErrors}
          onChange={(name, value) => setDraft((now) => ({ ...now, [name]: value }))}
        />
      )}
    </Sheet>
  );
}
