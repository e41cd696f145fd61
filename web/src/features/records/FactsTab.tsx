/** The facts of a record, edited in place; a bar appears once something is to be saved. */
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { ObjectDef, RecordItem } from "@/shared/api/types";
import { Form } from "@/shared/form";
import { arrange } from "@/shared/form/model";
import { Button } from "@/shared/ui/Button";
import { LeaveGuard } from "@/shared/ui/leave";
import { useFieldText } from "@/shared/ui/fieldText";
import { Sheet } from "@/shared/ui/Overlay";
import styles from "./RecordView.module.css";
import { useEdits, type Conflict } from "./useEdits";

interface ConflictProps {
  conflict: Conflict;
  draft: ReturnType<typeof useEdits>["draft"];
  onOverwrite: () => void;
  onDiscard: () => void;
  onClose: () => void;
}

/** The same field, written by two: both values side by side, and the choice. */
function ConflictSheet({ conflict, draft, onOverwrite, onDiscard, onClose }: ConflictProps) {
  const { t } = useTranslation();
  const text = useFieldText();
  return (
    <Sheet
      kind="dialog"
      label={t("conflict.title")}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onDiscard}>{t("conflict.theirs")}</Button>
          <Button look="primary" onClick={onOverwrite}>
            {t("conflict.mine")}
          </Button>
        </>
      }
    >
      <p>{t("conflict.hint")}</p>
      <table className={styles.compare}>
        <thead>
          <tr>
            <th scope="col">{t("conflict.field")}</th>
            <th scope="col">{t("conflict.now")}</th>
            <th scope="col">{t("conflict.yours")}</th>
          </tr>
        </thead>
        <tbody>
          {conflict.fields.map((field) => (
            <tr key={field.name}>
              <th scope="row">{field.label}</th>
              <td>{text(field, conflict.current[field.name], conflict.current)}</td>
              <td>{text(field, draft[field.name], draft)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Sheet>
  );
}

export function FactsTab({ object, record }: { object: ObjectDef; record: RecordItem }) {
  const { t } = useTranslation();
  const { core, more } = arrange(object.fields);
  const edits = useEdits(object.name, [...core, ...more], record);
  const saveOnShortcut = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey) && edits.dirty) void edits.save();
  };
  return (
    <>
      <div className={styles.rowsPad} onKeyDown={saveOnShortcut} data-facts>
        <Form
          layout="rows"
          folded
          fields={object.fields}
          sections={object.sections}
          draft={edits.draft}
          errors={edits.errors}
          readonly={!object.permissions.update}
          onChange={edits.edit}
        />
      </div>
      {edits.dirty && (
        <div className={styles.saveBar} role="region" aria-label={t("record.unsaved_bar")}>
          <span>{t("record.unsaved", { count: edits.count })}</span>
          <Button onClick={edits.discard}>{t("do.undo")}</Button>
          <Button look="primary" busy={edits.busy} onClick={() => void edits.save()}>
            {t("do.save")}
          </Button>
        </div>
      )}
      <LeaveGuard unsaved={edits.dirty} />
      {edits.conflict && (
        <ConflictSheet
          conflict={edits.conflict}
          draft={edits.draft}
          onOverwrite={() => void edits.overwrite()}
          onDiscard={edits.discard}
          onClose={edits.putOff}
        />
      )}
    </>
  );
}
