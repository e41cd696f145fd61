/** One record: stage bar, key figures and tabs; the same in the drawer and on its own page. */
import { useQuery } from "@tanstack/react-query";
import { MoreHorizontal, Trash2 } from "lucide-react";
import { lazy, Suspense, useEffect, useState, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog, useMe, usePipeline } from "@/shared/api/queries";
import type { Field, ObjectDef, RecordItem } from "@/shared/api/types";
import { preloadForm } from "@/shared/form";
import { rememberRecent } from "@/shared/recent";
import { Avatar } from "@/shared/ui/Avatar";
import { Button } from "@/shared/ui/Button";
import { cx } from "@/shared/ui/cx";
import menu from "@/shared/ui/menu.module.css";
import { Sheet } from "@/shared/ui/Overlay";
import { Popover } from "@/shared/ui/Popover";
import { ErrorState, Skeleton, useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";
import { explainQuery, recordQuery, useDelete } from "./api";
import { titleOf } from "./columns";
import { FactsTab } from "./FactsTab";
import { Figures } from "./Figures";
import list from "./ListPage.module.css";
import { useLiveRecord } from "./live";
import { Operations } from "./Operations";
import styles from "./RecordView.module.css";
import { StageBar } from "./StageBar";

// The facts are what a record opens with; the other tabs are fetched when they are.
const RelatedTab = lazy(() => import("./RelatedTab"));
const TimelineTab = lazy(() => import("./TimelineTab"));
const WhyTab = lazy(() => import("./WhyTab"));

/** The lists of children that the reader may see: those whose object is in the reader's catalog. */
function relatedFields(object: ObjectDef, objects: readonly ObjectDef[]): Field[] {
  const known = new Set(objects.map((one) => one.name));
  return object.fields.filter(
    (field) => field.type === "children" && field.by && known.has(field.object ?? ""),
  );
}

interface Tab {
  key: string;
  label: string;
  content: ReactNode;
  /** The content keeps its own distance from the edge. */
  flush?: boolean;
}

interface DeleteProps {
  object: ObjectDef;
  record: RecordItem;
  onDeleted: () => void;
}

function DeleteMenu({ object, record, onDeleted }: DeleteProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const errorText = useErrorText();
  const remove = useDelete(object.name, record.id);
  const title = titleOf(object, record, t("record.untitled"));
  const confirm = async () => {
    try {
      await remove.mutateAsync();
      showToast(t("record.deleted"));
      onDeleted();
    } catch (error) {
      showToast(errorText(error), "failed");
    }
  };
  return (
    <>
      <Popover
        label={t("record.actions")}
        button={(anchor) => (
          <Button
            {...anchor}
            look="ghost"
            icon={<MoreHorizontal size={18} />}
            aria-label={t("record.actions")}
          />
        )}
      >
        {(close) => (
          <button
            type="button"
            className={cx(menu.item, styles.danger)}
            onClick={() => {
              close();
              setAsking(true);
            }}
          >
            <Trash2 size={15} aria-hidden />
            {t("do.delete")}
          </button>
        )}
      </Popover>
      {asking && (
        <Sheet
          kind="dialog"
          label={t("record.delete_title", { title })}
          onClose={() => setAsking(false)}
          foot={
            <>
              <Button onClick={() => setAsking(false)}>{t("do.cancel")}</Button>
              <Button look="danger" busy={remove.isPending} onClick={() => void confirm()}>
                {t("do.delete")}
              </Button>
            </>
          }
        >
          <p>{t("record.delete_hint")}</p>
        </Sheet>
      )}
    </>
  );
}

interface TabsProps {
  tabs: Tab[];
  current: Tab;
  onChoose: (key: string) => void;
}

function Tabs({ tabs, current, onChoose }: TabsProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const next = tabs[(tabs.indexOf(current) + step + tabs.length) % tabs.length] ?? current;
    onChoose(next.key);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next.key}"]`)?.focus();
  };
  return (
    <div className={styles.tabs} role="tablist" onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab.key}
          type="button"
          role="tab"
          data-tab={tab.key}
          aria-selected={tab === current}
          tabIndex={tab === current ? 0 : -1}
          className={list.tab}
          onClick={() => onChoose(tab.key)}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}

/** The tabs, and the content of the one chosen; only that is there. */
function Panels({ tabs }: { tabs: [Tab, ...Tab[]] }) {
  const [chosen, setChosen] = useState<string>();
  const current = tabs.find((tab) => tab.key === chosen) ?? tabs[0];
  return (
    <>
      <Tabs tabs={tabs} current={current} onChoose={setChosen} />
      <div className={styles.content} role="tabpanel" tabIndex={0} aria-label={current.label}>
        {current.flush ? (
          current.content
        ) : (
          <div key={current.key} className={styles.padded}>
            <Suspense fallback={<Skeleton lines={5} />}>{current.content}</Suspense>
          </div>
        )}
      </div>
    </>
  );
}

interface RecordViewProps {
  /** It is the page, not something over it. */
  alone?: boolean;
  object: ObjectDef;
  id: string;
  /** Buttons of the place that the record is shown in. */
  tools: ReactNode;
  onGone: () => void;
}

export function RecordView({ object, id, tools, onGone, alone = false }: RecordViewProps) {
  const Title = alone ? "h1" : "h2";
  const { t } = useTranslation();
  const objects = useCatalog()?.objects ?? [];
  const pipeline = usePipeline(object);
  const found = useQuery(recordQuery(object.name, id));
  const explained = useQuery(explainQuery(object.name, id));
  useLiveRecord(object.name, id);
  useEffect(preloadForm, []);
  const record = found.data;
  const title = record ? titleOf(object, record, t("record.untitled")) : "";
  const me = useMe()?.person.id;
  useEffect(() => {
    if (me && title) rememberRecent(me, { object: object.name, id, label: title });
  }, [me, object.name, id, title]);
  return (
    <article className={styles.view}>
      <header className={styles.head}>
        {record && <Avatar square large name={title} />}
        <Title>{title}</Title>
        <div className={styles.tools}>
          {record && object.permissions.delete && (
            <DeleteMenu object={object} record={record} onDeleted={onGone} />
          )}
          {tools}
        </div>
      </header>
      {found.isPending ? (
        <Skeleton lines={10} />
      ) : found.isError && !record ? (
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        record && (
          <>
            {pipeline && (
              <StageBar
                object={object}
                pipeline={pipeline}
                record={record}
                gates={explained.data?.gates ?? []}
              />
            )}
            <Operations object={object} record={record} />
            <Figures object={object} record={record} score={explained.data?.score} />
            <Panels
              tabs={[
                {
                  key: "facts",
                  label: t("record.tab.facts"),
                  content: <FactsTab object={object} record={record} />,
                  flush: true,
                },
                ...relatedFields(object, objects).map((field) => ({
                  key: `related.${field.name}`,
                  label: field.label,
                  content: <RelatedTab parent={object} record={record} field={field} />,
                })),
                {
                  key: "timeline",
                  label: t("record.tab.timeline"),
                  content: <TimelineTab object={object} id={id} />,
                },
                {
                  key: "why",
                  label: t("record.tab.why"),
                  content: <WhyTab object={object} id={id} />,
                },
              ]}
            />
          </>
        )
      )}
    </article>
  );
}
