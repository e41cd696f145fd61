/** What has happened to a record, newest first: who, what was done or changed, and why. */
import { useInfiniteQuery } from "@tanstack/react-query";
import {
  Bell,
  CircleCheck,
  CirclePause,
  CircleSlash,
  Copy,
  Flame,
  GitMerge,
  MessageCircle,
  Milestone,
  Pencil,
  Plus,
  Target,
  Timer,
  Trash2,
  TriangleAlert,
  UserRoundCheck,
  UserRoundX,
  Workflow,
  type LucideIcon,
} from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type {
  Field,
  FileRef,
  ObjectDef,
  PlaybookUse,
  RecordItem,
  Ref,
  TimelineItem,
} from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { Button } from "@/shared/ui/Button";
import { cx } from "@/shared/ui/cx";
import { useFieldText } from "@/shared/ui/fieldText";
import { isBlank } from "@/shared/ui/FieldValue";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { FileCard } from "@/shared/ui/FileValue";
import { isFiles } from "@/shared/ui/shapes";
import { TIMELINE_KINDS, timelineQuery, type TimelineKind } from "./api";
import { isOfFiles } from "./files";
import styles from "./Story.module.css";

type Look = [LucideIcon, "blue" | "green" | "red" | undefined];
const LOOKS: Record<string, Look> = {
  "record.created": [Plus, "blue"],
  "record.updated": [Pencil, undefined],
  "record.scored": [Target, "blue"],
  "record.assigned": [UserRoundCheck, "blue"],
  "record.moved": [Milestone, "blue"],
  "record.joined": [GitMerge, undefined],
  "record.merged": [GitMerge, "blue"],
  "record.flagged": [Copy, undefined],
  "record.unassigned": [UserRoundX, "red"],
  "record.kept": [UserRoundCheck, undefined],
  "record.given_back": [UserRoundX, undefined],
  "record.deleted": [Trash2, "red"],
  "clock.started": [Timer, undefined],
  "clock.fired": [Bell, undefined],
  "clock.breached": [Flame, "red"],
  "clock.met": [CircleCheck, "green"],
  "clock.cancelled": [CircleSlash, undefined],
  "clock.paused": [CirclePause, undefined],
  "clock.resumed": [Timer, undefined],
  "clock.failed": [TriangleAlert, "red"],
  "rule.run": [Workflow, undefined],
  "rule.failed": [TriangleAlert, "red"],
};
/** An operation of the app: somebody worked on the record. */
const OPERATION: Look = [MessageCircle, "green"];

/** Changes that say the same as the event itself. */
const SAID_BY_EVENT = new Set([
  "version",
  "updated_at",
  "created_at",
  "id",
  "updated_by",
  "created_by",
]);

function read(why: unknown, ...path: string[]): string | undefined {
  let at = why;
  for (const name of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return typeof at === "string" || typeof at === "number" ? String(at) : undefined;
}

/** The reason in one line; the whole of it stands under "why". */
function useWhy(): (why: TimelineItem["why"]) => string | undefined {
  const { t } = useTranslation();
  return (why) => {
    const reason = read(why, "reason");
    if (reason) return reason;
    const policy = read(why, "assignment", "label") ?? read(why, "assignment", "policy");
    if (policy) return t("timeline.assigned", { policy });
    return read(why, "clock", "label");
  };
}

/** Changes of fields, in the order in which the record shows them; files stand for themselves. */
function changesIn(object: ObjectDef, item: TimelineItem) {
  return object.fields.flatMap((field) => {
    const pair = item.changes?.[field.name];
    return pair && !SAID_BY_EVENT.has(field.name) ? [{ field, pair }] : [];
  });
}

function Changes({ object, record, item }: EventProps) {
  const text = useFieldText();
  const created = item.type === "record.created";
  const changes = changesIn(object, item).filter(
    // A new record's counts and sums are all nothing.
    ({ field, pair }) => !isOfFiles(field) && !(created && field.readonly && Number(pair[1]) === 0),
  );
  // What stood beside a value then, as far as the event knows, else what stands there now.
  const sideOf = (side: 0 | 1): Record<string, unknown> => ({
    ...record,
    ...Object.fromEntries(changes.map(({ field, pair }) => [field.name, pair[side]])),
  });
  if (changes.length === 0) return null;
  return (
    <ul className={styles.changes}>
      {changes.map(({ field, pair: [before, after] }) => (
        <li key={field.name}>
          <span>{field.label}</span>{" "}
          {!created && !isBlank(before) && (
            <>
              <del>{text(field, before, sideOf(0))}</del>
              {" → "}
            </>
          )}
          {text(field, after, sideOf(1))}
        </li>
      ))}
    </ul>
  );
}

/** The event keeps ids; what a file is called, the record knows while it holds it. */
function addedFiles(object: ObjectDef, record: RecordItem, item: TimelineItem) {
  return changesIn(object, item).flatMap(({ field, pair: [before, after] }) => {
    if (!isOfFiles(field) || !Array.isArray(after)) return [];
    const old = new Set(Array.isArray(before) ? before.map(String) : []);
    const held = record[field.name];
    const known = new Map(isFiles(held) ? held.map((file) => [file.id, file]) : []);
    return after
      .map(String)
      .filter((id) => !old.has(id))
      .map((id): { field: Field; file: FileRef } => ({ field, file: known.get(id) ?? { id } }));
  });
}

/** Photos, recordings and documents that came with the event, shown in place. */
function Files({ object, record, item }: EventProps) {
  const files = addedFiles(object, record, item);
  if (files.length === 0) return null;
  return (
    <div className={styles.files}>
      {files.map(({ field, file }) => (
        <FileCard key={file.id} field={field} file={file} />
      ))}
    </div>
  );
}

/** What was said of an operation when it was done: short answers in one line, texts below. */
function Input({ object, item }: { object: ObjectDef; item: TimelineItem }) {
  const text = useFieldText();
  const operation = object.operations.find((one) => item.type === `${object.name}.${one.name}`);
  const given = item.why?.input as Record<string, unknown> | undefined;
  if (!operation || !given) return null;
  const said = operation.input.filter((field) => !isBlank(given[field.name]));
  const isProse = (field: Field) => field.type === "text" || field.type === "long_text";
  const short = said.filter((field) => !isProse(field));
  return (
    <>
      {short.length > 0 && (
        <p className={styles.said}>
          {short.map((field) => (
            <span key={field.name}>
              <small>{field.label}</small> {text(field, given[field.name])}
            </span>
          ))}
        </p>
      )}
      {said.filter(isProse).map((field) => (
        <p key={field.name} className={styles.quote}>
          {text(field, given[field.name])}
        </p>
      ))}
    </>
  );
}

/** Which items of a playbook were used. */
function Used({ use }: { use: PlaybookUse }) {
  return (
    <>
      <p className={styles.why}>
        {use.label} · {use.contact.label}
      </p>
      <ul className={styles.changes}>
        {use.used.map(({ key, section, text }) => (
          <li key={key}>
            {section && <span>{section}</span>} {text}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Which records it is like, or what went into it. */
function Others({ why }: { why: TimelineItem["why"] }) {
  const { t } = useTranslation();
  const merged = read(why, "merged", "label");
  const alike = (why?.duplicates ?? []) as { label: string | null; owner: Ref | null }[];
  return (
    <>
      {merged && <p className={styles.why}>{t("detail.event.merged", { label: merged })}</p>}
      {alike.map(({ label, owner }, i) => {
        const of = owner?.label ?? t("detail.people.nobody");
        return (
          <p key={i} className={styles.why}>
            {label
              ? t("detail.event.like", { label, owner: of })
              : t("detail.event.like_unseen", { owner: of })}
          </p>
        );
      })}
    </>
  );
}

interface EventProps {
  object: ObjectDef;
  record: RecordItem;
  item: TimelineItem;
}

interface OneEventProps extends EventProps {
  cause: string | undefined;
  /** What the record was called that this happened to, if that has been merged into this one. */
  of: string | undefined;
}

function Event({ object, record, item, cause, of }: OneEventProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const why = useWhy()(item.why);
  const [Icon, color] = LOOKS[item.type] ?? OPERATION;
  const nobody = item.actor_kind === "channel" ? "detail.event.channel" : "timeline.system";
  return (
    <li className={styles.event}>
      <span className={cx(styles.icon, color && styles[color])} aria-hidden>
        <Icon size={14} />
      </span>
      <div>
        <div className={styles.line}>
          <strong>{item.label}</strong>
          <span className={styles.meta}>
            {item.actor?.label ?? t(nobody)} ·{" "}
            <time dateTime={item.at} title={format.momentFull(item.at)}>
              {format.moment(item.at, now)}
            </time>
          </span>
          {cause && (
            <span className={styles.meta}>{t("detail.event.caused_by", { event: cause })}</span>
          )}
          {item.record !== record.id && (
            <span className={styles.meta}>
              {of ? t("detail.event.from", { label: of }) : t("detail.event.from_merged")}
            </span>
          )}
        </div>
        {why && <p className={styles.why}>{why}</p>}
        <Others why={item.why} />
        <Input object={object} item={item} />
        {item.why?.playbook !== undefined && <Used use={item.why.playbook as PlaybookUse} />}
        <Changes object={object} record={record} item={item} />
        <Files object={object} record={record} item={item} />
      </div>
    </li>
  );
}

/** What follows by itself from a deed: the deed is the cause that people mean. */
const FOLLOWS = new Set(["record.updated", "record.scored", "clock.met", "clock.cancelled"]);

/** What brought an event about, as far as it is among those shown. */
function causeOf(item: TimelineItem, items: readonly TimelineItem[]): string | undefined {
  const at = items.findIndex((one) => one.id === item.cause);
  const cause = items[at];
  if (!cause || !FOLLOWS.has(cause.type)) return cause?.label;
  // The deed was written first, at the same moment.
  const before = items.slice(at + 1).filter((one) => one.at === cause.at);
  return before.find((one) => !FOLLOWS.has(one.type))?.label;
}

/** What the records were called that went into this one; their trail has become part of its own. */
function namesOfMerged(items: readonly TimelineItem[]): Map<string, string> {
  return new Map(
    items.flatMap(({ why }) => {
      const id = read(why, "merged", "id");
      const label = read(why, "merged", "label");
      return id && label ? [[id, label] as const] : [];
    }),
  );
}

interface FiltersProps {
  kind: TimelineKind | undefined;
  onChoose: (kind: TimelineKind | undefined) => void;
}

function Filters({ kind, onChoose }: FiltersProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.filters} role="group" aria-label={t("detail.filter.label")}>
      {[undefined, ...TIMELINE_KINDS].map((one) => (
        <button
          key={one ?? "all"}
          type="button"
          className={styles.filter}
          aria-pressed={one === kind}
          onClick={() => onChoose(one)}
        >
          {t(`detail.filter.${one ?? "all"}`)}
        </button>
      ))}
    </div>
  );
}

function Events({
  object,
  record,
  kind,
}: Omit<EventProps, "item"> & { kind: TimelineKind | undefined }) {
  const { t } = useTranslation();
  const timeline = useInfiniteQuery(timelineQuery(object.name, record.id, kind));
  if (timeline.isPending) return <Skeleton lines={6} />;
  if (timeline.isError) {
    return <ErrorState error={timeline.error} onRetry={() => void timeline.refetch()} />;
  }
  const all = timeline.data.pages.flatMap((page) => page.items);
  const merged = namesOfMerged(all);
  // That the other one of a merge has gone is said by the merge; here it would read as if this one had.
  const items = all.filter((one) => one.record === record.id || one.type !== "record.deleted");
  if (items.length === 0) return <Empty title={t(kind ? "detail.event.none" : "timeline.none")} />;
  return (
    <>
      <ol className={styles.list}>
        {items.map((item) => (
          <Event
            key={item.id}
            object={object}
            record={record}
            item={item}
            cause={causeOf(item, items)}
            of={merged.get(item.record)}
          />
        ))}
      </ol>
      {timeline.hasNextPage && (
        <div className={styles.more}>
          <Button busy={timeline.isFetchingNextPage} onClick={() => void timeline.fetchNextPage()}>
            {t("timeline.more")}
          </Button>
        </div>
      )}
    </>
  );
}

export default function TimelineTab({ object, record }: Omit<EventProps, "item">) {
  const [kind, setKind] = useState<TimelineKind>();
  return (
    <>
      <Filters kind={kind} onChoose={setKind} />
      <Events object={object} record={record} kind={kind} />
    </>
  );
}
