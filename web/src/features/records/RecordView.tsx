/** One record: stage bar, key figures and tabs; the same in the drawer and on its own page. */
import { useQuery } from "@tanstack/react-query";
import { MoreHorizontal, Trash2 } from "lucide-react";
import { useEffect, useState, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePipeline } from "@/shared/api/queries";
import type { ObjectDef, RecordItem } from "@/shared/api/types";
import { preloadForm } from "@/shared/form";
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
import { TimelineTab } from "./TimelineTab";
import { WhyTab } from "./WhyTab";

const TABS = ["facts", "timeline", "why"] as const;
type Tab = (typeof TABS)[number];

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

function Tabs({ current, onChoose }: { current: Tab; onChoose: (tab: Tab) => void }) {
  const { t } = useTranslation();
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const next = TABS[(TABS.indexOf(current) + step + TABS.length) % TABS.length] ?? current;
    onChoose(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus();
  };
  return (
    <div className={styles.tabs} role="tablist" onKeyDown={onKeyDown}>
      {TABS.map((tab) => (
        <button
          key={tab}
          type="button"
          role="tab"
          data-tab={tab}
          aria-selected={tab === current}
          tabIndex={tab === current ? 0 : -1}
          className={list.tab}
          onClick={() => onChoose(tab)}
        >
          {t(`record.tab.${tab}`)}
        </button>
      ))}
    </div>
  );
}

interface RecordViewProps {
  object: ObjectDef;
  id: string;
  /** Buttons of the place that the record is shown in. */
  tools: ReactNode;
  onGone: () => void;
}

export function RecordView({ object, id, tools, onGone }: RecordViewProps) {
  const { t } = useTranslation();
  const [tab, setTab] = useState<Tab>("facts");
  const pipeline = usePipeline(object);
  const found = useQuery(recordQuery(object.name, id));
  const explained = useQuery(explainQuery(object.name, id));
  useLiveRecord(object.name, id);
  useEffect(preloadForm, []);
  const record = found.data;
  const title = record ? titleOf(object, record, t("record.untitled")) : "";
  return (
    <article className={styles.view}>
      <header className={styles.head}>
        {record && <Avatar square large name={title} />}
        <h2>{title}</h2>
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
            <Tabs current={tab} onChoose={setTab} />
            <div
              className={styles.content}
              role="tabpanel"
              tabIndex={0}
              aria-label={t(`record.tab.${tab}`)}
            >
              {tab === "facts" ? (
                <FactsTab object={object} record={record} />
              ) : (
                <div className={styles.padded}>
                  {tab === "timeline" ? (
                    <TimelineTab object={object} id={id} />
                  ) : (
                    <WhyTab object={object} id={id} />
                  )}
                </div>
              )}
            </div>
          </>
        )
      )}
    </article>
  );
}
