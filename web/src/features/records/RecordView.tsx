/** One record: stage bar, key figures and tabs; the same in the drawer and on its own page. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { GitMerge, Phone } from "lucide-react";
import { lazy, useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import { useCatalog, useMe, usePipeline } from "@/shared/api/queries";
import type { ObjectDef, RecordItem } from "@/shared/api/types";
import { preloadForm } from "@/shared/form";
import { titleOf } from "@/shared/format/title";
import { lazyPart } from "@/shared/lazyPart";
import { words as reckoningWords } from "@/shared/reckoning/words";
import { rememberRecent } from "@/shared/recent";
import { Avatar } from "@/shared/ui/Avatar";
import { Button } from "@/shared/ui/Button";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { explainQuery, recordQuery, relatedCountQuery } from "./api";
import { Duplicates } from "./Duplicates";
import { FactsTab } from "./FactsTab";
import { Figures } from "./Figures";
import { filesIn } from "./files";
import { useCount } from "./ListParts";
import { useLiveRecord } from "./live";
import { Operations } from "./Operations";
import { DeleteMenu } from "./RecordMenu";
import { Panels, type Tab } from "./RecordTabs";
import { useTitle } from "@/shared/ui/title";
import styles from "./RecordView.module.css";
import { relatedFields, type Related } from "./related";
import { StageBar } from "./StageBar";
import { useShortcuts } from "./useShortcuts";

// The facts are what a record opens with; the other tabs are fetched when they are.
const FilesTab = lazy(() => import("./FilesTab"));
const PeopleTab = lazy(() => import("./PeopleTab"));
const RelatedTab = lazy(() => import("./RelatedTab"));
const TimelineTab = lazy(() => import("./TimelineTab"));
const WhyTab = lazyPart(() => import("./WhyTab"), "WhyTab", reckoningWords);

const FACTS = "facts";

/** How many children each list has, in the lists' order. */
function useRelatedCounts(related: readonly Related[], id: string) {
  const count = useCount();
  return useQueries({
    queries: related.map((field) => relatedCountQuery(field.object, field.by, id)),
    combine: (answers) =>
      answers.map(({ data }) =>
        data?.total === undefined ? undefined : count(data.total, data.total_is),
      ),
  });
}

/** The first number of the record at hand to be dialled. */
function DialButton({ object, record }: { object: ObjectDef; record: RecordItem }) {
  const { t } = useTranslation();
  const field = object.fields.find((one) => one.type === "phone" && record[one.name]);
  if (!field) return null;
  const number = String(record[field.name]);
  return (
    <a className={styles.call} href={`tel:${number}`} title={t("detail.call", { number })}>
      <Phone size={15} aria-hidden />
      <span>{number}</span>
    </a>
  );
}

/** Nothing to show, and why; one that was merged leads to the record that it went into. */
function NoRecord({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const into = error instanceof ApiError ? error.problem.into : undefined;
  if (!into) return <ErrorState error={error} onRetry={onRetry} />;
  const open = () =>
    void navigate({
      to: ".",
      params: (now) => ({ ...now, id: into }),
      search: true,
      replace: true,
    });
  return (
    <Empty
      title={t("detail.gone.merged")}
      icon={<GitMerge size={22} />}
      actions={
        <Button look="primary" onClick={open}>
          {t("detail.gone.open")}
        </Button>
      }
    />
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
  const view = useRef<HTMLElement>(null);
  const [chosen, setChosen] = useState<string>();
  const pipeline = usePipeline(object);
  const found = useQuery(recordQuery(object.name, id));
  const explained = useQuery(explainQuery(object.name, id));
  const related = relatedFields(object, useCatalog()?.objects ?? []);
  const counts = useRelatedCounts(related, id);
  useLiveRecord(object.name, id);
  useEffect(preloadForm, []);
  useShortcuts({
    e: () => {
      setChosen(FACTS);
      // The first field that can be written, once the facts are the tab that is shown.
      requestAnimationFrame(() =>
        view.current
          ?.querySelector<HTMLElement>("[data-facts] :is(input,textarea):not(:disabled)")
          ?.focus(),
      );
    },
  });
  const record = found.data;
  const title = record ? titleOf(object, record, t("record.untitled")) : "";
  useTitle(title);
  const me = useMe()?.person.id;
  useEffect(() => {
    if (me && title) rememberRecent(me, { object: object.name, id, label: title });
  }, [me, object.name, id, title]);

  const tabsOf = (record: RecordItem): [Tab, ...Tab[]] => {
    const facts = <FactsTab object={object} record={record} />;
    const files = filesIn(object, record);
    return [
      {
        key: FACTS,
        label: t("record.tab.facts"),
        hint: t("detail.edit"),
        content: facts,
        kept: true,
      },
      ...related.map((field, i) => ({
        key: `related.${field.name}`,
        label: field.label,
        count: counts[i],
        content: <RelatedTab parent={object} record={record} field={field} />,
      })),
      ...(files
        ? [
            {
              key: "files",
              label: t("detail.tab.files"),
              count: files.length,
              content: <FilesTab files={files} />,
            },
          ]
        : []),
      {
        key: "timeline",
        label: t("record.tab.timeline"),
        content: <TimelineTab object={object} record={record} />,
      },
      {
        key: "people",
        label: t("detail.tab.people"),
        content: <PeopleTab object={object.name} id={id} />,
      },
      {
        key: "why",
        label: t("record.tab.why"),
        content: <WhyTab object={object} id={id} />,
      },
    ];
  };

  return (
    <article ref={view} className={styles.view} data-record>
      <header className={styles.head}>
        {record && <Avatar square large name={title} />}
        <Title>{title}</Title>
        <div className={styles.tools}>
          {record && <DialButton object={object} record={record} />}
          {record && object.permissions.delete && (
            <DeleteMenu object={object} record={record} onDeleted={onGone} />
          )}
          {tools}
        </div>
      </header>
      {found.isPending ? (
        <Skeleton lines={10} />
      ) : found.isError && !record ? (
        <NoRecord error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        record && (
          <>
            {pipeline && (
              <StageBar
                object={object}
                pipeline={pipeline}
                record={record}
                gates={explained.data?.gates ?? []}
                since={explained.data?.stage_since}
              />
            )}
            <Operations object={object} record={record} />
            <Duplicates object={object} record={record} />
            <Figures object={object} record={record} score={explained.data?.score} />
            <Panels tabs={tabsOf(record)} chosen={chosen} onChoose={setChosen} />
          </>
        )
      )}
    </article>
  );
}
