/** The company's people: found by name, department, role and duty, each with a drawer of its own. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { UserPlus, UsersRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { rolesQuery } from "@/shared/api/queries";
import { Avatar } from "@/shared/ui/Avatar";
import { Button } from "@/shared/ui/Button";
import { Page } from "@/shared/ui/Page";
import { PagedTable } from "@/shared/ui/PagedTable";
import { SearchField } from "@/shared/ui/SearchField";
import { SelectField } from "@/shared/ui/SelectField";
import type { TableColumn } from "@/shared/ui/Table";
import { Tag } from "@/shared/ui/Tag";
import { peoplePagesQuery, treeQuery, type PersonItem } from "./api";
import { DutyTag } from "./DutyTag";
import { NewPerson } from "./NewPerson";
import styles from "./People.module.css";
import { PersonDrawer } from "./PersonDrawer";
import { filtersOf, readPeopleSearch, type PeopleSearch } from "./search";
import { branchesOf } from "./tree";

/** Deeper departments stand a little to the right, which a native list can only do with spaces. */
const INDENT = "\u2003";

function Filters({
  search,
  onChange,
}: {
  search: PeopleSearch;
  onChange: (change: PeopleSearch) => void;
}) {
  const { t } = useTranslation();
  const departments = useQuery(treeQuery).data?.items ?? [];
  const roles = useQuery(rolesQuery).data?.items ?? [];
  return (
    <>
      <SearchField
        label={t("people.search")}
        q={search.q ?? ""}
        onSearch={(q) => onChange({ q })}
      />
      <SelectField
        label={t("people.department")}
        value={search.department ?? ""}
        empty={t("people.any")}
        options={branchesOf(departments).map(({ department, depth }) => ({
          key: department.id,
          label: INDENT.repeat(depth) + department.name,
        }))}
        onChange={(department) => onChange({ department })}
      />
      <SelectField
        label={t("people.role")}
        value={search.role ?? ""}
        empty={t("people.any")}
        options={roles}
        onChange={(role) => onChange({ role })}
      />
      <SelectField
        label={t("people.state")}
        value={search.active ?? "true"}
        options={(["true", "false", "all"] as const).map((key) => ({
          key,
          label: t(`people.active_${key}`),
        }))}
        onChange={(active) => onChange({ active: active === "true" ? "" : active })}
      />
      <SelectField
        label={t("people.duty")}
        value={search.on_duty ?? ""}
        empty={t("people.any")}
        options={(["true", "false"] as const).map((key) => ({
          key,
          label: t(`people.duty_${key}`),
        }))}
        onChange={(on_duty) => onChange({ on_duty })}
      />
    </>
  );
}

export function PeoplePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = readPeopleSearch(useSearch({ strict: false }));
  const [creating, setCreating] = useState(false);
  const pages = useInfiniteQuery(peoplePagesQuery(filtersOf(search)));
  const total = pages.data?.pages[0]?.total;

  const go = (change: PeopleSearch, replace = false) =>
    void navigate({
      to: "/setup/people",
      search: readPeopleSearch({ ...search, ...change }),
      replace,
    });

  const columns: TableColumn<PersonItem>[] = [
    {
      key: "name",
      label: t("people.name"),
      render: (one) => (
        <button type="button" className={styles.person} onClick={() => go({ person: one.id })}>
          <Avatar name={one.name} />
          <span>{one.name}</span>
          <span className={styles.mute}>{one.login}</span>
        </button>
      ),
    },
    {
      key: "departments",
      label: t("people.departments"),
      render: (one) => one.departments.map(({ label }) => label).join(t("filter.or")),
    },
    {
      key: "roles",
      label: t("people.roles"),
      render: (one) => (
        <span className={styles.tags}>
          {one.roles.map((role) => (
            <Tag key={role.key}>{role.label}</Tag>
          ))}
        </span>
      ),
    },
    { key: "city", label: t("people.city"), render: (one) => one.city },
    { key: "state", label: t("people.duty"), render: (one) => <DutyTag away={one.away} /> },
  ];

  return (
    <Page
      title={t("people.title")}
      note={total !== undefined && t("people.count", { count: total })}
      bar={<Filters search={search} onChange={(change) => go(change, true)} />}
      actions={
        <Button look="primary" icon={<UserPlus size={15} />} onClick={() => setCreating(true)}>
          {t("people.new")}
        </Button>
      }
    >
      <PagedTable
        pages={pages}
        label={t("people.title")}
        columns={columns}
        keyOf={(one) => one.id}
        dimmed={(one) => !one.active}
        empty={{
          title: t("people.none"),
          hint: t("people.none_hint"),
          icon: <UsersRound size={22} />,
        }}
        more={(shown) => t("people.more", { count: (total ?? 0) - shown })}
      />
      {creating && (
        <NewPerson
          onClose={() => setCreating(false)}
          onOpen={(person) => {
            setCreating(false);
            go({ person });
          }}
        />
      )}
      {search.person && (
        <PersonDrawer key={search.person} id={search.person} onClose={() => go({ person: "" })} />
      )}
    </Page>
  );
}
