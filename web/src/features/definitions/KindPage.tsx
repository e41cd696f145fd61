/** The definitions of one kind, and the way to a new one. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { ChevronRight, FilePlus2, Lock, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog, useMe } from "@/shared/api/queries";
import { mayRead, mayWrite } from "@/shared/definition/rights";
import { Button } from "@/shared/ui/Button";
import { ObjectIcon } from "@/shared/ui/ObjectIcon";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { Tag } from "@/shared/ui/Tag";
import { useTitle } from "@/shared/ui/title";
import { definitionsQuery, removedQuery, type DefinitionItem } from "./api";
import styles from "./Definitions.module.css";
import { NewDefinition } from "./NewDefinition";
import { SINGLE, useKindName } from "./kindName";

function Row({ item, version }: { item: DefinitionItem; version?: string }) {
  const { t } = useTranslation();
  const { name } = useKindName(item.kind);
  return (
    <li>
      <Link
        to="/setup/$kind/$key"
        params={{ kind: item.kind, key: item.key }}
        className={styles.row}
      >
        <span className={styles.name}>
          <strong>{SINGLE[item.kind] ? name : item.label}</strong>
          <code>{item.key}</code>
        </span>
        <span className={styles.marks}>
          {item.draft && <Tag color="amber">{t("setup.mark.draft")}</Tag>}
          {item.pilot && <Tag color="purple">{t("setup.mark.pilot")}</Tag>}
          {item.offer !== null && <Tag color="blue">{t("setup.mark.offer")}</Tag>}
        </span>
        <span className={styles.version}>
          {version ??
            (item.version === null
              ? t("setup.mark.new")
              : t("setup.version", { version: item.version }))}
        </span>
        <ChevronRight size={16} aria-hidden />
      </Link>
    </li>
  );
}

/** Those of one object stand together where there are several: "all" and "mine" are called the same of each. */
function Rows({ items }: { items: DefinitionItem[] }) {
  const objects = useCatalog()?.objects ?? [];
  const named = objects.filter(({ name }) => items.some(({ on }) => on === name));
  const rest = items.filter(({ on }) => !named.some(({ name }) => name === on));
  const rows = (some: DefinitionItem[]) => (
    <ul className={styles.rows}>
      {some.map((item) => (
        <Row key={item.key} item={item} />
      ))}
    </ul>
  );
  if (named.length < 2) return rows(items);
  return (
    <>
      {named.map(({ name, label, icon }) => (
        <section key={name} className={styles.group} aria-labelledby={`of-${name}`}>
          <h2 id={`of-${name}`}>
            <ObjectIcon name={icon} size={15} />
            {label}
          </h2>
          {rows(items.filter(({ on }) => on === name))}
        </section>
      ))}
      {rest.length > 0 && <div className={styles.group}>{rows(rest)}</div>}
    </>
  );
}

/** What was removed, on the way to the page where it is restored. */
function Removed({ kind }: { kind: string }) {
  const { t } = useTranslation();
  const items = useQuery(removedQuery(kind)).data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <details className={styles.removed}>
      <summary>{t("setup.removed", { count: items.length })}</summary>
      <p>{t("setup.removed_hint")}</p>
      <ul className={styles.rows}>
        {items.map((item) => (
          <Row key={item.key} item={item} version={t("setup.restore")} />
        ))}
      </ul>
    </details>
  );
}

export function KindPage() {
  const { t } = useTranslation();
  const { kind } = useParams({ from: "/shell/setup/$kind" });
  const { name, about } = useKindName(kind);
  useTitle(name);
  const rights = useMe()?.permissions;
  const [isNew, setNew] = useState(false);
  const found = useQuery(definitionsQuery(kind));
  const items = found.data?.items ?? [];
  const may = rights !== undefined && mayWrite(rights, kind);
  const barred = rights !== undefined && !mayRead(rights, kind);
  const navigate = useNavigate();
  const single = SINGLE[kind];
  const begin = () => {
    if (!single) return setNew(true);
    void navigate({
      to: "/setup/$kind/$key",
      params: { kind, key: single },
      search: { label: name },
    });
  };
  const make = may && (
    <Button look="primary" icon={<Plus size={16} />} onClick={begin}>
      {t("setup.new.do")}
    </Button>
  );
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <div>
          <h1>{name}</h1>
          {about && <p>{about}</p>}
        </div>
        {items.length > 0 && !single && make}
      </header>
      {barred ? (
        <Empty title={t("setup.barred")} hint={t("setup.nothing_hint")} icon={<Lock size={22} />} />
      ) : found.isPending ? (
        <Skeleton lines={6} />
      ) : !found.data ? (
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      ) : items.length === 0 ? (
        <Empty
          title={t("setup.empty", { kind: name })}
          hint={may ? t("setup.empty_hint") : undefined}
          icon={<FilePlus2 size={22} />}
          actions={make}
        />
      ) : (
        <Rows items={items} />
      )}
      {may && <Removed kind={kind} />}
      {isNew && <NewDefinition kind={kind} taken={items} onClose={() => setNew(false)} />}
    </div>
  );
}
