/** The definitions of one kind, and the way to a new one. */
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ChevronRight, FilePlus2, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/shared/api/queries";
import { mayWrite } from "@/shared/definition/rights";
import { Button } from "@/shared/ui/Button";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { Tag } from "@/shared/ui/Tag";
import { useTitle } from "@/shared/ui/title";
import { definitionsQuery, removedQuery, type DefinitionItem } from "./api";
import styles from "./Definitions.module.css";
import { NewDefinition } from "./NewDefinition";
import { useKindName } from "./kindName";

function Row({ item, version }: { item: DefinitionItem; version?: string }) {
  const { t } = useTranslation();
  return (
    <li>
      <Link
        to="/setup/$kind/$key"
        params={{ kind: item.kind, key: item.key }}
        className={styles.row}
      >
        <span className={styles.name}>
          <strong>{item.label}</strong>
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
  const make = may && (
    <Button look="primary" icon={<Plus size={16} />} onClick={() => setNew(true)}>
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
        {items.length > 0 && make}
      </header>
      {found.isPending ? (
        <Skeleton lines={6} />
      ) : !found.data ? (
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      ) : items.length === 0 ? (
        <Empty
          title={t("setup.empty")}
          hint={may ? t("setup.empty_hint") : undefined}
          icon={<FilePlus2 size={22} />}
          actions={make}
        />
      ) : (
        <ul className={styles.rows}>
          {items.map((item) => (
            <Row key={item.key} item={item} />
          ))}
        </ul>
      )}
      {may && <Removed kind={kind} />}
      {isNew && <NewDefinition kind={kind} taken={items} onClose={() => setNew(false)} />}
    </div>
  );
}
