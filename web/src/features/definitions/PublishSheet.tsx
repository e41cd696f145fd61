/** Publishing: for whom, with which note, and what becomes of tables and values. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import { cancelJob, type Job } from "@/shared/api/transfer";
import type { Ref } from "@/shared/api/types";
import { labelIn, partOf, said } from "@/shared/definition/body";
import type { DefinitionBody } from "@/shared/definition/form";
import { useFormat } from "@/shared/format/useFormat";
import { Effects } from "@/shared/plan/Effects";
import { losesValues, planQuery, type Plan } from "@/shared/plan/model";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import { Skeleton, useErrorText } from "@/shared/ui/States";
import { TextField } from "@/shared/ui/TextField";
import { showToast } from "@/shared/ui/toast";
import { publish, type Definition } from "./api";
import styles from "./Definitions.module.css";
import { Elsewhere } from "./Elsewhere";
import { GroupPicker, type Chosen } from "./GroupPicker";

interface PublishSheetProps {
  definition: Definition;
  /** Null where the definition shall go. */
  body: DefinitionBody | null;
  seen: string;
  onClose: () => void;
  onDone: () => Promise<void>;
}

const idsOf = (refs: Ref[]) => refs.map((one) => one.id);

/** A kind that has no tables of its own can still change those of others, which is told by name. */
function Tables({
  plan,
  definition,
  body,
}: { plan: Plan } & Pick<PublishSheetProps, "definition" | "body">) {
  const { t } = useTranslation();
  const { kind, key } = definition;
  if (kind !== "object" && plan.schema.length + plan.conversions.length === 0) return null;
  const labelOf = (name: string) =>
    [body, definition.body]
      .map((one) => said(labelIn(partOf(partOf(one ?? {}, "fields"), name))))
      .find((one) => one !== "") ?? name;
  return (
    <section>
      <h3>{t("plan.title")}</h3>
      <Effects plan={plan} object={key} labelOf={labelOf} />
    </section>
  );
}

/** How far the values are that the publication converts first. */
function Converting({ job }: { job: Job }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { number } = useFormat();
  const total = job.total ?? 0;
  const text = t("setup.publish.converting", {
    done: number(job.progress),
    total: number(total),
  });
  return (
    <section role="status">
      <p>{text}</p>
      <progress aria-label={text} value={job.progress} max={Math.max(total, 1)} />
      <p className={styles.mute}>{t("setup.publish.leave_hint")}</p>
      <Button
        onClick={() =>
          void cancelJob(job.id).catch((error: unknown) => showToast(errorText(error), "failed"))
        }
      >
        {t("setup.publish.stop")}
      </Button>
    </section>
  );
}

export function PublishSheet({ definition, body, seen, onClose, onDone }: PublishSheetProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { kind, key, can } = definition;
  const [note, setNote] = useState("");
  const [forGroup, setForGroup] = useState(false);
  const [group, setGroup] = useState<Chosen>({ people: [], departments: [] });
  const [accepted, setAccepted] = useState(false);
  const [job, setJob] = useState<Job | null>(null);
  const plan = useQuery(planQuery(kind, key, body, seen));
  const lost = losesValues(plan.data);
  const wrong = plan.data?.problems ?? [];
  const nobody = forGroup && group.people.length + group.departments.length === 0;
  const publication = useMutation({
    mutationFn: () =>
      publish(
        {
          items: [{ kind, key }],
          note: note.trim() || undefined,
          accept_loss: accepted || undefined,
          to: forGroup
            ? { pilot: { people: idsOf(group.people), departments: idsOf(group.departments) } }
            : undefined,
        },
        setJob,
      ),
    onSettled: () => setJob(null),
    onSuccess: async () => {
      showToast(
        t(
          forGroup
            ? "setup.publish.done_group"
            : body
              ? "setup.publish.done"
              : "setup.publish.removed",
        ),
      );
      await onDone();
    },
  });
  const refused = publication.error;
  const told = refused instanceof ApiError ? (refused.problem.errors ?? []) : [];
  const stopped = refused instanceof ApiError && refused.code === "cancelled";
  return (
    <Sheet
      kind="dialog"
      label={t(body ? "setup.publish.title" : "setup.publish.title_removal", {
        name: definition.label,
      })}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t(job ? "do.close" : "do.cancel")}</Button>
          <Button
            look={body ? "primary" : "danger"}
            busy={publication.isPending}
            disabled={plan.isPending || wrong.length > 0 || nobody || (lost && !accepted)}
            onClick={() => publication.mutate()}
          >
            {t(
              forGroup ? "setup.publish.do_group" : body ? "setup.publish.do_all" : "setup.remove",
            )}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {!body && <p>{t("setup.publish.removal_hint")}</p>}
        {can.pilot && body && (
          <fieldset className={styles.whom}>
            <legend>{t("setup.publish.whom")}</legend>
            {[false, true].map((one) => (
              <label key={String(one)}>
                <input
                  type="radio"
                  name="whom"
                  checked={forGroup === one}
                  onChange={() => setForGroup(one)}
                />
                {t(one ? "setup.publish.group" : "setup.publish.everyone")}
              </label>
            ))}
          </fieldset>
        )}
        {forGroup && <p className={styles.mute}>{t("setup.publish.group_hint")}</p>}
        {forGroup && <GroupPicker chosen={group} onChange={setGroup} />}
        <TextField
          label={t("setup.publish.note")}
          value={note}
          onChange={setNote}
          placeholder={t("setup.publish.note_hint")}
          maxLength={500}
          data-autofocus
        />
        {plan.isPending && <Skeleton lines={2} />}
        {plan.data && <Tables plan={plan.data} definition={definition} body={body} />}
        {lost && (
          <label className={styles.check}>
            <input
              type="checkbox"
              checked={accepted}
              onChange={(event) => setAccepted(event.target.checked)}
            />
            {t("plan.accept")}
          </label>
        )}
        {job && <Converting job={job} />}
        {(refused || plan.isError || wrong.length > 0) && (
          <ul className={styles.problems} role="alert">
            {plan.isError && <li>{errorText(plan.error)}</li>}
            {refused && told.length === 0 && (
              <li>{stopped ? t("setup.publish.stopped") : errorText(refused)}</li>
            )}
            {[...wrong, ...told].map((one, at) => (
              <Elsewhere key={at} problem={one} />
            ))}
          </ul>
        )}
      </div>
    </Sheet>
  );
}
