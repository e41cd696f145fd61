/** Two records side by side, to be made one: which stays, and from which of them each value comes. */
import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import { useCatalog } from "@/shared/api/queries";
import type { Field, ObjectDef, RecordItem, Value } from "@/shared/api/types";
import { changesOf, isSame, type Draft, type Errors } from "@/shared/form/model";
import { titleOf } from "@/shared/format/title";
import { useFormat } from "@/shared/format/useFormat";
import { Button } from "@/shared/ui/Button";
import { cx } from "@/shared/ui/cx";
import { FieldValue, isBlank } from "@/shared/ui/FieldValue";
import { Sheet } from "@/shared/ui/Overlay";
import { ErrorState, Skeleton, useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";
import { recordQuery, relatedCountQuery, useChange } from "./api";
import { isOfFiles } from "./files";
import styles from "./Merge.module.css";
import { relatedFields } from "./related";

/** What is not chosen: the stage is that of the one that stays, lists move, files of both are kept. */
const NOT_CHOSEN = new Set<Field["type"]>(["stage", "children"]);

function choosable(field: Field): boolean {
  return !field.system && !field.readonly && !NOT_CHOSEN.has(field.type) && !isOfFiles(field);
}

interface HeadProps {
  object: ObjectDef;
  record: RecordItem;
  stays: boolean;
  onKeep: () => void;
}

function Head({ object, record, stays, onKeep }: HeadProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <label className={cx(styles.head, stays && styles.stays)}>
      <input type="radio" name="stays" checked={stays} onChange={onKeep} />
      <span className={styles.who}>
        <strong>{titleOf(object, record, t("record.untitled"))}</strong>
        <span>
          {t("detail.merge.owner")} {record.owner?.label ?? t("detail.people.nobody")}
        </span>
        <span>
          {t("detail.merge.made")} {format.momentFull(record.created_at)}
        </span>
      </span>
      <span className={styles.fate}>{t(stays ? "detail.merge.kept" : "detail.merge.goes")}</span>
    </label>
  );
}

interface RowProps {
  field: Field;
  pair: readonly [RecordItem, RecordItem];
  chosen: number;
  error: string | undefined;
  onChoose: (side: number) => void;
}

function Row({ field, pair, chosen, error, onChoose }: RowProps) {
  return (
    <fieldset className={styles.row}>
      <legend>{field.label}</legend>
      {pair.map((record, side) => (
        <label key={record.id} className={cx(styles.value, chosen === side && styles.chosen)}>
          <input
            type="radio"
            name={`field-${field.name}`}
            checked={chosen === side}
            onChange={() => onChoose(side)}
          />
          <FieldValue field={field} value={record[field.name]} record={record} />
        </label>
      ))}
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}

/** What goes with the merge, in words. */
function Moves({ object, goes }: { object: ObjectDef; goes: RecordItem }) {
  const { t } = useTranslation();
  const label = titleOf(object, goes, t("record.untitled"));
  const related = relatedFields(object, useCatalog()?.objects ?? []);
  const counts = useQueries({
    queries: related.map((field) => relatedCountQuery(field.object, field.by, goes.id)),
  });
  return (
    <section className={styles.moves}>
      <h3>{t("detail.merge.moves")}</h3>
      <ul>
        {related.map((field, i) => {
          const count = counts[i]?.data?.total ?? 0;
          if (count === 0) return null;
          return (
            <li key={field.name}>
              {t("detail.merge.moves_related", { name: field.label, count })}
            </li>
          );
        })}
        <li>{t("detail.merge.moves_trail", { label })}</li>
        {object.clocks && <li>{t("detail.merge.moves_clocks", { label })}</li>}
        <li>{t("detail.merge.moves_gone", { label })}</li>
      </ul>
    </section>
  );
}

interface ChoiceProps {
  object: ObjectDef;
  pair: readonly [RecordItem, RecordItem];
  /** The two are one now; told which of them stays. */
  onMerged?: (stays: string) => void;
  onClose: () => void;
}

function useMerge(object: ObjectDef, stays: RecordItem, goes: RecordItem) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const errorText = useErrorText();
  const change = useChange(object.name, stays.id);
  const [errors, setErrors] = useState<Errors>({});
  const [refusal, setRefusal] = useState("");

  const merge = async (values: Draft): Promise<boolean> => {
    setErrors({});
    setRefusal("");
    try {
      const { id: other, version: otherVersion } = goes;
      const { version } = stays;
      await change.mutateAsync({ kind: "merge", version, other, otherVersion, values });
      client.removeQueries({ queryKey: ["record", object.name, goes.id] });
      showToast(t("detail.merge.done"));
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const wrong = error.fieldErrors;
      setErrors(wrong);
      if (error.code === "version_conflict") setRefusal(t("detail.merge.stale"));
      else if (error.status === 404) setRefusal(t("detail.merge.other_gone"));
      else setRefusal(wrong.other ?? (Object.keys(wrong).length > 0 ? "" : errorText(error)));
      return false;
    }
  };
  return { merge, errors, refusal, busy: change.isPending };
}

function Choice({ object, pair, onMerged, onClose }: ChoiceProps) {
  const { t } = useTranslation();
  // Until it is said otherwise the older one stays: more of the story hangs on it.
  const [kept, setKept] = useState(() => (pair[0].created_at <= pair[1].created_at ? 0 : 1));
  const [picked, setPicked] = useState<Record<string, number>>({});
  const [stays, goes] = kept === 0 ? pair : ([pair[1], pair[0]] as const);
  const { merge, errors, refusal, busy } = useMerge(object, stays, goes);

  const fields = object.fields.filter(choosable);
  const same = (field: Field) => isSame(pair[0][field.name] as Value, pair[1][field.name] as Value);
  const differing = fields.filter((field) => !same(field));
  const equal = fields.filter((field) => same(field) && !isBlank(pair[0][field.name]));
  // Where the one that stays has nothing, the other's value comes of itself.
  const sideOf = ({ name }: Field) => picked[name] ?? (isBlank(stays[name]) ? 1 - kept : kept);

  const confirm = async () => {
    const chosen = Object.fromEntries(
      differing.map((field) => [field.name, (pair[sideOf(field)] ?? stays)[field.name] as Value]),
    );
    if (!(await merge(changesOf(differing, stays as Draft, chosen)))) return;
    onClose();
    onMerged?.(stays.id);
  };

  return (
    <Sheet
      kind="dialog"
      wide
      label={t("detail.merge.title", { object: object.label_plural ?? object.label })}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("do.cancel")}</Button>
          <Button look="primary" busy={busy} onClick={() => void confirm()}>
            {t("detail.merge.confirm")}
          </Button>
        </>
      }
    >
      <p className={styles.lead}>{t("detail.merge.lead")}</p>
      {refusal && (
        <p className={styles.refusal} role="alert">
          {refusal}
        </p>
      )}
      <div className={styles.heads} role="radiogroup" aria-label={t("detail.merge.keep")}>
        {pair.map((record, side) => (
          <Head
            key={record.id}
            object={object}
            record={record}
            stays={side === kept}
            onKeep={() => setKept(side)}
          />
        ))}
      </div>
      {differing.length > 0 ? (
        <h3 className={styles.title}>{t("detail.merge.differ", { count: differing.length })}</h3>
      ) : (
        <p className={styles.lead}>{t("detail.merge.no_difference")}</p>
      )}
      {differing.map((field) => (
        <Row
          key={field.name}
          field={field}
          pair={pair}
          chosen={sideOf(field)}
          error={errors[field.name]}
          onChoose={(side) => setPicked((now) => ({ ...now, [field.name]: side }))}
        />
      ))}
      {equal.length > 0 && (
        <details className={styles.same}>
          <summary>{t("detail.merge.same", { count: equal.length })}</summary>
          <dl>
            {equal.map((field) => (
              <div key={field.name}>
                <dt>{field.label}</dt>
                <dd>
                  <FieldValue field={field} value={pair[0][field.name]} record={pair[0]} />
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
      <Moves object={object} goes={goes} />
    </Sheet>
  );
}

interface MergeSheetProps extends Omit<ChoiceProps, "pair"> {
  ids: readonly [string, string];
}

export default function MergeSheet({ object, ids, ...rest }: MergeSheetProps) {
  const { t } = useTranslation();
  const [one, other] = useQueries({ queries: ids.map((id) => recordQuery(object.name, id)) });
  if (one?.data && other?.data) {
    return <Choice object={object} pair={[one.data, other.data]} {...rest} />;
  }
  const failed = [one, other].find((found) => found?.isError);
  return (
    <Sheet
      kind="dialog"
      wide
      label={t("detail.merge.title", { object: object.label_plural ?? object.label })}
      onClose={rest.onClose}
    >
      {failed ? (
        <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />
      ) : (
        <Skeleton lines={8} />
      )}
    </Sheet>
  );
}
