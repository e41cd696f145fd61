/** The audit trail: who signed in or was refused, and who changed people and rights. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { useTranslation } from "react-i18next";
import { everybodyQuery } from "@/shared/api/queries";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { Page } from "@/shared/ui/Page";
import { PagedTable } from "@/shared/ui/PagedTable";
import { SelectField } from "@/shared/ui/SelectField";
import type { TableColumn } from "@/shared/ui/Table";
import { auditQuery, readAsked, type Asked, type Entry } from "./api";
import { Details } from "./Details";

/** Every type of entry; the key of its words has an underscore where the type has a dot. */
const TYPES = [
  "session.started",
  "session.refused",
  "session.locked",
  "session.ended",
  "password.changed",
  "factor.on",
  "factor.off",
  "factor.recovered",
  "token.made",
  "token.revoked",
  "person.created",
  "person.changed",
  "person.deactivated",
  "person.reactivated",
  "person.duty",
  "person.handed_over",
  "department.created",
  "department.changed",
  "department.deleted",
  "assignment.switched",
] as const;
type Word<T extends string> = T extends `${infer A}.${infer B}` ? `${A}_${B}` : never;
type Key = Word<(typeof TYPES)[number]>;

function useTypeText(): (type: string) => string {
  const { t } = useTranslation();
  return (type) =>
    (TYPES as readonly string[]).includes(type)
      ? t(`audit.${type.replace(".", "_") as Key}`)
      : type;
}

export function AuditPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const navigate = useNavigate();
  const typeText = useTypeText();
  const asked = readAsked(useSearch({ strict: false }));
  const people = useQuery(everybodyQuery).data?.items ?? [];
  const pages = useInfiniteQuery(auditQuery(asked));
  const go = (change: Asked) =>
    void navigate({
      to: "/setup/audit",
      search: readAsked({ ...asked, ...change }),
      replace: true,
    });
  const columns: TableColumn<Entry>[] = [
    {
      key: "at",
      label: t("audit.at"),
      render: (one) => (
        <time dateTime={one.at} title={format.second(one.at)}>
          {format.moment(one.at, now)}
        </time>
      ),
    },
    { key: "type", label: t("audit.what"), render: (one) => typeText(one.type) },
    { key: "person", label: t("audit.person"), render: (one) => one.person?.label },
    {
      key: "actor",
      label: t("audit.actor"),
      render: (one) => (one.actor?.id === one.person?.id ? t("audit.self") : one.actor?.label),
    },
    { key: "data", label: t("audit.details"), render: (one) => <Details data={one.data} /> },
  ];
  return (
    <Page
      title={t("audit.title")}
      note={t("audit.note")}
      bar={
        <>
          <SelectField
            label={t("audit.person")}
            value={asked.person ?? ""}
            empty={t("audit.everybody")}
            options={people.map((one) => ({ key: one.id, label: one.name }))}
            onChange={(person) => go({ person })}
          />
          <SelectField
            label={t("audit.what")}
            value={asked.type ?? ""}
            empty={t("audit.everything")}
            options={TYPES.map((key) => ({ key, label: typeText(key) }))}
            onChange={(type) => go({ type })}
          />
        </>
      }
    >
      <PagedTable
        pages={pages}
        label={t("audit.title")}
        columns={columns}
        keyOf={(one) => one.id}
        empty={{
          title: t("audit.none"),
          hint: t("audit.none_hint"),
          icon: <ScrollText size={22} />,
        }}
        more={() => t("audit.older")}
      />
    </Page>
  );
}
