/** What a person has changed in a record but not saved, and what happens when someone else was faster. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import type { Field, RecordItem, Value } from "@/shared/api/types";
import { changesOf, isSame, unsent, without, type Draft, type Errors } from "@/shared/form/model";
import { useUnready } from "@/shared/form/useUnready";
import { useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";
import { useChange } from "./api";

/** Fields that both this person and somebody else changed, with the record as it is now. */
export interface Conflict {
  current: RecordItem;
  fields: Field[];
}

export function useEdits(object: string, fields: readonly Field[], record: RecordItem) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const unready = useUnready();
  const change = useChange(object, record.id);
  // The record as it was when the first edit was made: what the edits are edits of.
  const [base, setBase] = useState<RecordItem>();
  const [edits, setEdits] = useState<Draft>({});
  const [errors, setErrors] = useState<Errors>({});
  const [conflict, setConflict] = useState<Conflict>();

  const before = (base ?? record) as Draft;
  const draft: Draft = { ...(record as Draft), ...edits };
  const edited = fields.filter(
    (field) => field.name in edits && !isSame(before[field.name], edits[field.name]),
  );

  const discard = () => {
    setBase(undefined);
    setEdits({});
    setErrors({});
    setConflict(undefined);
  };

  const edit = (name: string, value: Value) => {
    setBase((now) => (Object.keys(edits).length > 0 ? (now ?? record) : record));
    setEdits((now) => ({ ...now, [name]: value }));
    setErrors((now) => without(now, name));
  };

  /** What was typed while the save was on its way is an edit of what has been saved. */
  const onSaved = (changed: RecordItem | undefined) => {
    setBase(changed);
    setEdits((now) => unsent(now, edits));
    setErrors({});
    setConflict(undefined);
  };

  /** Edits of different fields do not disturb each other; only a field that two made different is asked about. */
  const onConflict = async (current: RecordItem) => {
    const both = edited.filter(({ name }) => {
      const now = current[name] as Value;
      return !isSame(before[name], now) && !isSame(draft[name], now);
    });
    if (both.length > 0) setConflict({ current, fields: both });
    else await send(current.version);
  };

  const send = async (version: number): Promise<void> => {
    try {
      const values = changesOf(edited, before, draft);
      const changed = await change.mutateAsync({ kind: "update", version, values });
      const back = changesOf(edited, draft, before);
      onSaved(changed);
      showToast(t("record.saved"), "done", changed && takingBack(back, changed.version));
    } catch (error) {
      if (error instanceof ApiError && error.code === "version_conflict" && error.problem.current) {
        return onConflict(error.problem.current);
      }
      const wrong = error instanceof ApiError ? error.fieldErrors : {};
      setErrors(wrong);
      if (Object.keys(wrong).length === 0) showToast(errorText(error), "failed");
    }
  };

  const takingBack = (values: Draft, version: number) => ({
    label: t("do.take_back"),
    run: () =>
      void change.mutateAsync({ kind: "update", version, values }).then(
        () => showToast(t("detail.undone")),
        (error: unknown) => {
          const stale = error instanceof ApiError && error.code === "version_conflict";
          showToast(stale ? t("record.stale") : errorText(error), "failed");
        },
      ),
  });

  const save = async () => {
    if (change.isPending) return;
    const wrong = unready(edited, draft);
    if (Object.keys(wrong).length > 0) setErrors(wrong);
    else await send((base ?? record).version);
  };

  return {
    draft,
    errors,
    conflict,
    dirty: edited.length > 0,
    count: edited.length,
    busy: change.isPending,
    edit,
    discard,
    save,
    /** Leave a conflict for later: what was typed stays as it was. */
    putOff: () => setConflict(undefined),
    /** Keep this person's values over the other's. */
    overwrite: async () => {
      const version = conflict?.current.version;
      setConflict(undefined);
      if (version !== undefined) await send(version);
    },
  };
}
