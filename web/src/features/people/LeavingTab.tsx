/** Somebody leaves in one step: signed out, off duty, and all that they hold goes to others. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { UserRoundCheck, UserRoundX } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Field, Ref, Value } from "@/shared/api/types";
import { Form } from "@/shared/form";
import { Button } from "@/shared/ui/Button";
import { Confirm } from "@/shared/ui/Confirm";
import { ErrorState, Skeleton } from "@/shared/ui/States";
import { Tag } from "@/shared/ui/Tag";
import { showToast } from "@/shared/ui/toast";
import { useAsked } from "@/shared/useAsked";
import {
  changeDepartment,
  deactivate,
  holdingsQuery,
  reactivate,
  type Holdings,
  type PersonItem,
  refreshPeople,
} from "./api";
import { handOverAll } from "./handOver";
import styles from "./People.module.css";

const ALL = "all";
const HEAD = "head:";

/** What stands in the hand-over list, object by object, with the first few to look at. */
function Held({ objects }: { objects: Holdings["objects"] }) {
  const { t } = useTranslation();
  return (
    <ul className={styles.held}>
      {objects.map((one) => (
        <li key={one.object}>
          <strong>{t("people.held", { object: one.label, count: one.count })}</strong>
          {one.clocks > 0 && (
            <Tag color="amber">{t("people.held_clocks", { count: one.clocks })}</Tag>
          )}
          <span className={styles.mute}>
            {one.first.map((record) => (
              <Link
                key={record.id}
                to="/o/$object/records/$id"
                params={{ object: one.object, id: record.id }}
              >
                {record.label || t("record.untitled")}
              </Link>
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}

function receiverFields({ objects, heads }: Holdings, words: Record<string, string>): Field[] {
  return [
    ...(objects.length + heads.length > 1
      ? [{ name: ALL, label: words.all ?? "", type: "person" as const }]
      : []),
    ...objects.map((one) => ({ name: one.object, label: one.label, type: "person" as const })),
    ...heads.map((one) => ({
      name: HEAD + one.id,
      label: `${words.head} · ${one.name}`,
      type: "person" as const,
    })),
  ];
}

export function LeavingTab({ person }: { person: PersonItem }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const held = useQuery(holdingsQuery(person.id));
  const { ask, busy, errors } = useAsked("form");
  const [to, setTo] = useState<Record<string, Value>>({});
  const [asking, setAsking] = useState(false);
  const [progress, setProgress] = useState<{ given: number; of: number }>();
  if (held.isPending) return <Skeleton lines={8} />;
  if (held.isError) {
    return <ErrorState error={held.error} onRetry={() => void held.refetch()} />;
  }

  const { objects, heads } = held.data;
  const receiver = (name: string) => (to[name] as Ref | null | undefined)?.id;
  const shares = objects.flatMap(({ object }) => {
    const one = receiver(object);
    return one ? [{ object, to: one }] : [];
  });
  const records = objects.reduce((sum, one) => sum + one.count, 0);
  const without = objects
    .filter(({ object }) => !receiver(object))
    .reduce((sum, one) => sum + one.count, 0);
  const fields = receiverFields(held.data, { all: t("people.all_to"), head: t("people.head") });

  const choose = (name: string, value: Value) =>
    setTo((now) =>
      name === ALL
        ? Object.fromEntries(fields.map((field) => [field.name, value]))
        : { ...now, [name]: value, [ALL]: null },
    );

  const handAllOver = async () => {
    setProgress({ given: 0, of: records - without });
    const left = await handOverAll(person.id, shares, (given) =>
      setProgress({ given, of: records - without }),
    );
    for (const one of heads) {
      const head = receiver(HEAD + one.id);
      if (head) await changeDepartment(one.id, { head });
    }
    return left;
  };
  const run = async (leaves: boolean) => {
    const left = await ask(async () => {
      if (leaves) await deactivate(person.id);
      setAsking(false);
      return handAllOver();
    });
    setProgress(undefined);
    await refreshPeople(client);
    if (left === undefined) return;
    setTo({});
    if (left > 0) showToast(t("people.left_behind", { count: left }), "failed");
    else showToast(t(leaves ? "people.has_left" : "people.handed_over", { name: person.name }));
  };
  const back = async () => {
    if (!(await ask(() => reactivate(person.id)))) return;
    await refreshPeople(client);
    showToast(t("people.is_back", { name: person.name }));
  };

  const nothing = objects.length === 0 && heads.length === 0;
  return (
    <div className={styles.parts}>
      <section>
        <p className={styles.mute}>
          {t(person.active ? "people.leaving_hint" : "people.left_hint", { name: person.name })}
        </p>
        <h3>{t("people.holdings")}</h3>
        {nothing ? <p>{t("people.holds_nothing")}</p> : <Held objects={objects} />}
      </section>
      {!nothing && (
        <section>
          <h3>{t("people.receivers")}</h3>
          <Form layout="stack" fields={fields} draft={to} errors={{}} onChange={choose} />
          {without > 0 && <p className={styles.mute}>{t("people.without", { count: without })}</p>}
        </section>
      )}
      {progress && (
        <div className={styles.progress} role="status">
          <progress value={progress.given} max={progress.of || 1} aria-label={t("people.moving")} />
          {t("people.moved", progress)}
        </div>
      )}
      {[errors.form, errors.to].map(
        (text) =>
          text && (
            <p key={text} className={styles.error} role="alert">
              {text}
            </p>
          ),
      )}
      <div className={styles.foot}>
        {person.active ? (
          <Button
            look="danger"
            icon={<UserRoundX size={15} />}
            busy={busy}
            onClick={() => setAsking(true)}
          >
            {t("people.leave_now")}
          </Button>
        ) : (
          <>
            {(shares.length > 0 || heads.some((one) => receiver(HEAD + one.id))) && (
              <Button look="primary" busy={busy} onClick={() => void run(false)}>
                {t("people.hand_over")}
              </Button>
            )}
            <Button icon={<UserRoundCheck size={15} />} disabled={busy} onClick={() => void back()}>
              {t("people.reactivate")}
            </Button>
          </>
        )}
      </div>
      {asking && (
        <Confirm
          label={t("people.leave_now")}
          text={t(without > 0 ? "people.sure_leave_without" : "people.sure_leave", {
            name: person.name,
            count: without,
          })}
          busy={busy}
          onConfirm={() => void run(true)}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
