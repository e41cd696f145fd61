/** Customers that several people pursue: who, since when, how far; merged side by side or given to one of them. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { UserCheck } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "@/shared/api/queries";
import type { Catalog, ObjectDef } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { Avatar } from "@/shared/ui/Avatar";
import { Button } from "@/shared/ui/Button";
import { Page } from "@/shared/ui/Page";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { Table, type TableColumn } from "@/shared/ui/Table";
import { Tag } from "@/shared/ui/Tag";
import styles from "./Pursued.module.css";
import {
  LAST_PAGE,
  pursuedQuery,
  readPursuedSearch,
  type PursuedGroup,
  type PursuedSearch,
  type Pursuit,
} from "./pursued";

const GiveSheet = lazy(() => import("./GiveSheet"));
const MergeSheet = lazy(() => import("./MergeSheet"));

function useColumns(catalog: Catalog | undefined): TableColumn<Pursuit>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const moment = (at: string) => (
    <time dateTime={at} title={format.momentFull(at)}>
      {format.moment(at, now)}
    </time>
  );
  const stageOf = ({ object, stage }: Pursuit) =>
    catalog?.pipelines.find((one) => one.object === object)?.stages.find((one) => one.key === stage)
      ?.label;
  return [
    {
      key: "record",
      label: t("pursued.record"),
      render: (one) => (
        <span className={styles.record}>
          <Link to="/o/$object/records/$id" params={{ object: one.object, id: one.id }}>
            {one.label ?? t("record.untitled")}
          </Link>
          <small>{catalog?.objects.find(({ name }) => name === one.object)?.label}</small>
        </span>
      ),
    },
    {
      key: "owner",
      label: t("pursued.owner"),
      render: (one) => (
        <span className={styles.owner}>
          <Avatar name={one.owner.label ?? ""} />
          {one.owner.label}
        </span>
      ),
    },
    { key: "since", label: t("pursued.since"), render: (one) => moment(one.since) },
    {
      key: "worked",
      label: t("pursued.worked"),
      render: (one) => (one.worked_at ? moment(one.worked_at) : t("pursued.never")),
    },
    {
      key: "stage",
      label: t("pursued.stage"),
      render: (one) => {
        const stage = stageOf(one);
        return stage && <Tag color="blue">{stage}</Tag>;
      },
    },
  ];
}

/** The first two records of one object that may be merged. */
function pairOf(group: PursuedGroup, objects: readonly ObjectDef[]) {
  for (const object of objects) {
    const [one, other] = group.records.filter((record) => record.object === object.name);
    if (object.permissions.merge && one && other) return { object, one, other };
  }
  return undefined;
}

interface GroupProps {
  group: PursuedGroup;
  columns: TableColumn<Pursuit>[];
  objects: readonly ObjectDef[];
  onChanged: () => void;
}

function Group({ group, columns, objects, onChanged }: GroupProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<"give" | "merge">();
  const label = group.label ?? t("record.untitled");
  const pair = pairOf(group, objects);
  const given = group.records.filter(
    (one) => objects.find(({ name }) => name === one.object)?.permissions.assign,
  );
  const close = () => {
    setOpen(undefined);
    onChanged();
  };
  return (
    <section className={styles.group} aria-label={label}>
      <header>
        <h2>{label}</h2>
        <Tag color="amber">{t("pursued.people", { count: group.people })}</Tag>
        <div className={styles.actions}>
          {pair && <Button onClick={() => setOpen("merge")}>{t("pursued.merge")}</Button>}
          {given.length > 0 && <Button onClick={() => setOpen("give")}>{t("pursued.give")}</Button>}
        </div>
      </header>
      <Table label={label} columns={columns} rows={group.records} keyOf={(one) => one.id} />
      {group.count > group.records.length && (
        <p className={styles.cut}>{t("pursued.cut", { count: group.records.length })}</p>
      )}
      {open === "merge" && pair && (
        <Suspense>
          <MergeSheet object={pair.object} ids={[pair.one.id, pair.other.id]} onClose={close} />
        </Suspense>
      )}
      {open === "give" && (
        <Suspense>
          <GiveSheet group={group} records={given} onGiven={onChanged} onClose={close} />
        </Suspense>
      )}
    </section>
  );
}

export function PursuedPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const catalog = useCatalog();
  const columns = useColumns(catalog);
  const asked = readPursuedSearch(useSearch({ strict: false }));
  const found = useQuery(pursuedQuery(asked));
  const ties = catalog?.pursued ?? [];
  const objects = catalog?.objects ?? [];
  const page = asked.page ?? 1;
  const go = (search: PursuedSearch) => void navigate({ to: "/analysis/pursued", search });
  const changed = () => void client.invalidateQueries({ queryKey: ["pursued"] });
  const nameOf = (name: string) => objects.find((one) => one.name === name)?.label ?? name;
  return (
    <Page
      title={t("nav.pursued")}
      note={t("pursued.note")}
      bar={
        <div className={styles.ties} role="group" aria-label={t("pursued.by")}>
          {ties.map((tie) => (
            <button
              key={tie.key}
              type="button"
              aria-pressed={tie.key === (found.data?.by ?? asked.by)}
              onClick={() => go({ by: tie.key })}
            >
              {t("pursued.over", {
                name: tie.label,
                objects: tie.objects.map(nameOf).join(t("pursued.list")),
              })}
            </button>
          ))}
        </div>
      }
    >
      {found.isPending ? (
        <Skeleton lines={10} />
      ) : found.isError ? (
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      ) : found.data.items.length === 0 ? (
        <Empty
          title={t("pursued.none")}
          hint={t("pursued.none_hint")}
          icon={<UserCheck size={22} />}
        />
      ) : (
        found.data.items.map((group) => (
          <Group
            key={group.records[0]?.id}
            group={group}
            columns={columns}
            objects={objects}
            onChanged={changed}
          />
        ))
      )}
      {(page > 1 || found.data?.more) && (
        <nav className={styles.pages} aria-label={t("pursued.page", { page })}>
          <Button disabled={page === 1} onClick={() => go({ ...asked, page: page - 1 })}>
            {t("pursued.previous")}
          </Button>
          <span>{t("pursued.page", { page })}</span>
          <Button
            disabled={!found.data?.more || page >= LAST_PAGE}
            onClick={() => go({ ...asked, page: page + 1 })}
          >
            {t("pursued.next")}
          </Button>
        </nav>
      )}
    </Page>
  );
}
