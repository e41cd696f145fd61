/** What a stage still asks for; fields are filled in on the spot and sent with the move. */
import { CircleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "@/shared/api/client";
import type { ObjectDef, RecordItem, Stage, Unmet } from "@/shared/api/types";
import { Form } from "@/shared/form";
import { changesOf, unready, type Draft } from "@/shared/form/model";
import { Button } from "@/shared/ui/Button";
import { useLeave } from "@/shared/ui/leave";
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
  const fillable = fields.length > 0;
  const others = unmet.filter((one) => !fields.some((field) => field.name === one.field));
  const filled = { ...record, ...draft } as Draft;
  const typed = changesOf(fields, record as Draft, filled);
  const leave = useLeave(Object.keys(typed).length > 0, onClose);
  return (
    <Sheet
      kind="dialog"
      label={t(fillable ? "gate.title" : "gate.not_yet", { stage: stage.label })}
      onClose={leave.close}
      foot={
        !fillable ? (
          <Button onClick={leave.close}>{t("do.close")}</Button>
        ) : (
          <>
            <Button onClick={leave.close}>{t("do.cancel")}</Button>
            <Button
              look="primary"
              busy={busy}
              disabled={Object.keys(unready(fields, filled)).length > 0}
              onClick={() => onSend(typed)}
            >
              {t("gate.send", { stage: stage.label })}
            </Button>
          </>
        )
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
      {fillable && (
        <Form
          layout="stack"
          fields={fields}
          draft={filled}
          errors={error.fieldErrors}
          onChange={(name, value) => setDraft((now) => ({ ...now, [name]: value }))}
        />
      )}
      {leave.question}
    </Sheet>
  );
}
