/** The key figures of a record: its clock, score, amounts, owner and age. */
import { useQuery } from "@tanstack/react-query";
import { ChevronsUpDown } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { peopleQuery } from "@/shared/api/queries";
import type { Clock, Explanation, ObjectDef, RecordItem } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { newKey } from "@/shared/keys";
import { useNow } from "@/shared/tick";
import { Avatar } from "@/shared/ui/Avatar";
import { mostUrgent } from "@/shared/ui/clock";
import { ClockChip } from "@/shared/ui/ClockChip";
import { FieldValue, isBlank } from "@/shared/ui/FieldValue";
import menu from "@/shared/ui/menu.module.css";
import { MenuSearch } from "@/shared/ui/MenuSearch";
import { Popover } from "@/shared/ui/Popover";
import { Tag } from "@/shared/ui/Tag";
import styles from "./RecordView.module.css";
import { useConfirmedChange } from "./useConfirmedChange";

/** More would push the owner out of sight. */
const AMOUNTS = 2;

interface PickProps {
  object: ObjectDef;
  record: RecordItem;
  onDone: () => void;
}

/** Give the record to somebody else. */
function PersonPicker({ object, record, onDone }: PickProps) {
  const { t } = useTranslation();
  const [q, setQ] = useState("");
  const people = useQuery(peopleQuery(q));
  const { send, busy } = useConfirmedChange(object, record.id);
  const assign = async (id: string, name: string) => {
    onDone();
    const before = record.owner?.id;
    await send(
      { kind: "assign", person: id, key: newKey() },
      t("assign.done", { name }),
      before && before !== id
        ? () => ({ kind: "assign", person: before, key: newKey() })
        : undefined,
    );
  };
  return (
    <>
      <MenuSearch label={t("assign.find")} value={q} onChange={setQ} />
      {(people.data?.items ?? []).map((person) => (
        <button
          key={person.id}
          type="button"
          className={menu.item}
          aria-current={person.id === record.owner?.id}
          disabled={busy || person.active === false}
          onClick={() => void assign(person.id, person.name)}
        >
          <Avatar name={person.name} />
          <span className={menu.grow}>{person.name}</span>
          <span className={menu.heading}>{person.departments?.[0]?.label}</span>
        </button>
      ))}
    </>
  );
}

function Owner({ object, record }: { object: ObjectDef; record: RecordItem }) {
  const { t } = useTranslation();
  const name = record.owner?.label;
  const shown = (
    <>
      {name && <Avatar name={name} />}
      {name ?? t("assign.nobody")}
    </>
  );
  if (!object.permissions.assign) return <span className={styles.owner}>{shown}</span>;
  return (
    <Popover
      label={t("assign.title")}
      button={(anchor) => (
        <button type="button" className={styles.owner} title={t("assign.title")} {...anchor}>
          {shown}
          <ChevronsUpDown size={13} aria-hidden />
        </button>
      )}
    >
      {(close) => <PersonPicker object={object} record={record} onDone={close} />}
    </Popover>
  );
}

function Age({ record }: { record: RecordItem }) {
  const format = useFormat();
  const now = useNow();
  return (
    <time title={format.momentFull(record.created_at)}>{format.ago(record.created_at, now)}</time>
  );
}

interface FiguresProps {
  object: ObjectDef;
  record: RecordItem;
  score: Explanation["score"] | undefined;
}

export function Figures({ object, record, score }: FiguresProps) {
  const { t } = useTranslation();
  const clock = mostUrgent<Clock>(record.clocks);
  // What somebody works towards; other money, such as a registered capital, is only a fact.
  const amounts = object.fields
    .filter(
      (field) =>
        field.type === "money" && (field.core || field.readonly) && !isBlank(record[field.name]),
    )
    .slice(0, AMOUNTS);
  const labelOf = (name: string) => object.fields.find((one) => one.name === name)?.label;
  return (
    <dl className={styles.figures}>
      {clock && (
        <div className={styles.figure}>
          <dt>{clock.label}</dt>
          <dd>
            <ClockChip clock={clock} />
          </dd>
        </div>
      )}
      {score && (
        <div className={styles.figure}>
          <dt>{t("why.score")}</dt>
          <dd>
            <span className={styles.big}>{score.total}</span>
            {score.grade && <Tag color="blue">{t("why.grade", { grade: score.grade })}</Tag>}
          </dd>
        </div>
      )}
      {amounts.map((field) => (
        <div key={field.name} className={styles.figure}>
          <dt>{field.label}</dt>
          <dd>
            <FieldValue field={field} value={record[field.name]} record={record} />
          </dd>
        </div>
      ))}
      <div className={styles.figure}>
        <dt>{labelOf("owner") ?? t("assign.owner")}</dt>
        <dd>
          <Owner object={object} record={record} />
        </dd>
      </div>
      <div className={styles.figure}>
        <dt>{labelOf("created_at")}</dt>
        <dd>
          <Age record={record} />
        </dd>
      </div>
    </dl>
  );
}
