/** What has happened to a record, newest first: who, what changed, and why. */
import { useInfiniteQuery } from "@tanstack/react-query";
import {
  Bell,
  CircleCheck,
  Flame,
  GitMerge,
  MessageCircle,
  Milestone,
  Pencil,
  Plus,
  Target,
  Timer,
  Trash2,
  UserRoundCheck,
  type LucideIcon,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ObjectDef, PlaybookUse, TimelineItem } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { Button } from "@/shared/ui/Button";
import { cx } from "@/shared/ui/cx";
import { useFieldText } from "@/shared/ui/fieldText";
import { isBlank } from "@/shared/ui/FieldValue";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { timelineQuery } from "./api";
import styles from "./Story.module.css";

type Look = [LucideIcon, "blue" | "green" | "red" | undefined];
const LOOKS: Record<string, Look> = {
  "record.created": [Plus, "blue"],
  "record.updated": [Pencil, undefined],
  "record.scored": [Target, "blue"],
  "record.assigned": [UserRoundCheck, "blue"],
  "record.moved": [Milestone, "blue"],
  "record.joined": [GitMerge, undefined],
  "record.deleted": [Trash2, "red"],
  "clock.started": [Timer, undefined],
  "clock.fired": [Bell, undefined],
  "clock.breached": [Flame, "red"],
  "clock.met": [CircleCheck, "green"],
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

function Changes({ object, item }: { object: ObjectDef; item: TimelineItem }) {
  const text = useFieldText();
  const created = item.type === "record.created";
  // In the order in which the record shows its fields.
  const changes = object.fields.flatMap((field) => {
    const pair = item.changes?.[field.name];
    return pair && !SAID_BY_EVENT.has(field.name) ? [{ field, pair }] : [];
  });
  if (changes.length === 0) return null;
  return (
    <ul className={styles.changes}>
      {changes.map(({ field, pair: [before, after] }) => (
        <li key={field.name}>
          <span>{field.label}</span>{" "}
          {!created && !isBlank(before) && (
            <>
              <del>{text(field, before)}</del>
              {" → "}
            </>
          )}
          {text(field, after)}
        </li>
      ))}
    </ul>
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

function Event({ object, item }: { object: ObjectDef; item: TimelineItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const why = useWhy()(item.why);
  const [Icon, color] = LOOKS[item.type] ?? OPERATION;
  return (
    <li className={styles.event}>
      <span className={cx(styles.icon, color && styles[color])} aria-hidden>
        <Icon size={14} />
      </span>
      <div>
        <div className={styles.line}>
          <strong>{item.label}</strong>
          <span className={styles.meta}>
            {item.actor?.label ?? t("timeline.system")} ·{" "}
            <time dateTime={item.at} title={format.momentFull(item.at)}>
              {format.moment(item.at, now)}
            </time>
          </span>
        </div>
        {why && <p className={styles.why}>{why}</p>}
        {item.why?.playbook !== undefined && <Used use={item.why.playbook as PlaybookUse} />}
        <Changes object={object} item={item} />
      </div>
    </li>
  );
}

export default function TimelineTab({ object, id }: { object: ObjectDef; id: string }) {
  const { t } = useTranslation();
  const timeline = useInfiniteQuery(timelineQuery(object.name, id));
  if (timeline.isPending) return <Skeleton lines={6} />;
  if (timeline.isError) {
    return <ErrorState error={timeline.error} onRetry={() => void timeline.refetch()} />;
  }
  const items = timeline.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <Empty title={t("timeline.none")} />;
  return (
    <>
      <ol className={styles.list}>
        {items.map((item) => (
          <Event key={item.id} object={object} item={item} />
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
