/** Asks for what a deed on many records needs, does it, and says what came of it. */
import { useQueryClient } from "@tanstack/react-query";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { useId, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import type { Field, ObjectDef, RecordItem, Value } from "@/shared/api/types";
import { Form } from "@/shared/form";
import { defaultsOf, toServer, unready, type Draft, type Errors } from "@/shared/form/model";
import { newKey } from "@/shared/keys";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import { useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";
import { refreshRecords } from "./api";
import styles from "./Batch.module.css";
import { doToMany, isJob, takenBack, type Deed, type On, type Told } from "./batch";
import type { Wish } from "./BatchBar";
import { JobProgress } from "./JobProgress";
import type { Job } from "@/shared/api/transfer";
import { titleOf } from "@/shared/format/title";

interface BatchSheetProps {
  object: ObjectDef;
  wish: Wish;
  rows: RecordItem[];
  /** Instead of the rows: all that it finds. */
  filter?: string;
  shown: string;
  onDone: () => void;
  onClose: () => void;
}

const NOT_FOR_MANY: Field["type"][] = [
  "stage",
  "children",
  "file",
  "photo",
  "voice",
  "auto_number",
];

function changeable(object: ObjectDef): Field[] {
  return object.fields.filter(
    (field) => !field.readonly && !field.system && !NOT_FOR_MANY.includes(field.type),
  );
}

/** Which records were refused, and why. */
function Refusals({ object, rows, told }: { object: ObjectDef; rows: RecordItem[]; told: Told }) {
  const { t } = useTranslation();
  const failed = told.items.filter((one) => !one.ok);
  const nameOf = (id: string) => {
    const row = rows.find((one) => one.id === id);
    return row ? titleOf(object, row, t("record.untitled")) : t("record.untitled");
  };
  return (
    <>
      <p className={styles.well}>
        <CircleCheck size={15} aria-hidden />
        {t("lists.batch_done", { count: told.done })}
      </p>
      <p className={styles.wrong} role="alert">
        <TriangleAlert size={15} aria-hidden />
        {t("lists.batch_failed", { count: told.failed })}
      </p>
      <ul className={styles.refusals}>
        {failed.map(({ id, error }) => (
          <li key={id}>
            <strong>{nameOf(id)}</strong> {error?.detail}
          </li>
        ))}
      </ul>
    </>
  );
}

export default function BatchSheet(props: BatchSheetProps) {
  const { object, wish, rows, filter, shown, onDone, onClose } = props;
  const { t } = useTranslation();
  const textOf = useErrorText();
  const client = useQueryClient();
  const pick = useId();
  const [name, setName] = useState("");
  const [draft, setDraft] = useState<Draft>(
    wish.do === "operation" ? defaultsOf(wish.operation.input) : {},
  );
  const [errors, setErrors] = useState<Errors>({});
  const [refusal, setRefusal] = useState("");
  const [busy, setBusy] = useState(false);
  const [key, setKey] = useState(newKey);
  const [told, setTold] = useState<Told>();
  const [job, setJob] = useState<Job>();

  const owner: Field = {
    ...(object.fields.find((one) => one.name === "owner") ?? { label: "", type: "person" }),
    name: "owner",
    label: t("lists.give_to"),
    readonly: false,
    required: true,
  };
  const field = changeable(object).find((one) => one.name === name);
  const fields: Field[] =
    wish.do === "operation"
      ? wish.operation.input
      : wish.do === "give"
        ? [owner]
        : field
          ? [{ ...field, core: true }]
          : [];
  const on: On = filter === undefined ? { ids: rows.map((row) => row.id) } : { filter };

  const deedOf = (): Deed => {
    const values = Object.fromEntries(
      fields.map((one) => [one.name, toServer(one, draft[one.name]) ?? null]),
    );
    switch (wish.do) {
      case "operation":
        return { operation: wish.operation.name, values };
      case "change":
        return { change: values };
      case "give":
        return { assign: { person: String(values.owner) } };
      case "deal":
        return { assign: {} };
      case "delete":
        return { delete: true };
    }
  };

  const takeBack = async (parts: { ids: string[]; deed: Deed }[]) => {
    try {
      let [done, failed] = [0, 0];
      for (const { ids, deed } of parts) {
        const answer = await doToMany(object.name, { ids }, deed, newKey());
        if (isJob(answer)) continue;
        done += answer.done;
        failed += answer.failed;
      }
      if (failed > 0) showToast(t("lists.batch_undone_some", { done, failed }), "failed");
      else showToast(t("lists.batch_undone"));
    } catch (error) {
      showToast(textOf(error), "failed");
    } finally {
      void refreshRecords(client);
    }
  };

  /** The deeds that undo it, of records that are all known. */
  const back = (done: Told): (() => void) | undefined => {
    if (wish.do === "operation") {
      const { undo } = wish.operation;
      const ids = done.items.filter((one) => one.ok).map((one) => one.id);
      return undo
        ? () => void takeBack([{ ids, deed: { operation: undo, values: {} } }])
        : undefined;
    }
    const changed = wish.do === "give" ? owner : wish.do === "change" ? field : undefined;
    if (!changed || filter !== undefined) return undefined;
    const ok = new Set(done.items.filter((one) => one.ok).map((one) => one.id));
    const parts = takenBack(
      changed,
      rows.filter((row) => ok.has(row.id)),
    );
    if (!parts || (wish.do === "give" && parts.some((one) => one.value === null))) return undefined;
    return () =>
      void takeBack(
        parts.map(({ ids, value }) => ({
          ids,
          deed:
            wish.do === "give"
              ? { assign: { person: String(value) } }
              : { change: { [changed.name]: value } },
        })),
      );
  };

  const submit = async () => {
    setBusy(true);
    setErrors({});
    setRefusal("");
    try {
      const answer = await doToMany(object.name, on, deedOf(), key);
      if (isJob(answer)) return setJob(answer);
      if (answer.failed > 0) return setTold(answer);
      onDone();
      const run = back(answer);
      const what =
        wish.do === "change" && field ? t("lists.did_change", { field: field.label }) : label;
      const text = t("lists.batch_did", { what, count: answer.done });
      showToast(text, "done", run && { label: t("do.take_back"), run });
      onClose();
    } catch (error) {
      if (error instanceof ApiError && error.refused) setKey(newKey());
      const wrong = error instanceof ApiError ? error.fieldErrors : {};
      const ofFields = Object.entries(wrong).map(([place, message]): [string, string] => [
        place.replace(/^(change|values|assign)\./, ""),
        message,
      ]);
      setErrors(Object.fromEntries(ofFields));
      if (!ofFields.some(([place]) => fields.some((one) => one.name === place))) {
        setRefusal(textOf(error));
      }
    } finally {
      setBusy(false);
      void refreshRecords(client);
    }
  };

  const label = wish.do === "operation" ? wish.operation.label : t(`lists.do_${wish.do}` as const);
  const ready =
    (wish.do !== "change" || field !== undefined) &&
    Object.keys(unready(fields, draft)).length === 0;

  // Nothing as the value takes away what all of them have, and the button says so.
  const empties =
    wish.do === "change" && field && (toServer(field, draft[field.name]) ?? null) === null
      ? field.label
      : undefined;

  // The choice ends with what was done to it, once that has been read.
  const end = () => {
    onDone();
    onClose();
  };
  const closing = (children: ReactNode) => (
    <Sheet
      kind="dialog"
      label={label}
      onClose={end}
      foot={
        <Button look="primary" onClick={end}>
          {t("do.close")}
        </Button>
      }
    >
      {children}
    </Sheet>
  );
  if (told) return closing(<Refusals object={object} rows={rows} told={told} />);
  if (job) {
    return closing(<JobProgress started={job} said={(state) => t(`lists.job.${state}`)} />);
  }
  return (
    <Sheet
      kind="dialog"
      label={label}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("do.cancel")}</Button>
          <Button
            look={wish.do === "delete" || empties ? "danger" : "primary"}
            busy={busy}
            disabled={!ready}
            onClick={() => void submit()}
          >
            {t("lists.batch_send", {
              what: empties ? t("lists.empties", { field: empties }) : label,
              shown,
            })}
          </Button>
        </>
      }
    >
      <p className={styles.ask}>{t(`lists.ask_${wish.do}` as const, { shown })}</p>
      {wish.do === "change" && (
        <div className={styles.pick}>
          <label htmlFor={pick}>{t("lists.which_field")}</label>
          <select
            id={pick}
            value={name}
            data-autofocus
            onChange={(event) => {
              setName(event.target.value);
              setDraft({});
            }}
          >
            <option value="">{t("form.choose")}</option>
            {changeable(object).map((one) => (
              <option key={one.name} value={one.name}>
                {one.label}
              </option>
            ))}
          </select>
        </div>
      )}
      {wish.do === "operation" && wish.operation.confirm && <p>{wish.operation.confirm}</p>}
      {fields.length > 0 && (
        <Form
          layout="stack"
          fields={fields}
          draft={draft}
          errors={errors}
          onChange={(which: string, value: Value) =>
            setDraft((now) => ({ ...now, [which]: value }))
          }
        />
      )}
      {refusal && (
        <p className={styles.wrong} role="alert">
          <TriangleAlert size={15} aria-hidden />
          {refusal}
        </p>
      )}
    </Sheet>
  );
}
