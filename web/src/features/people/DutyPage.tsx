/** One's own duty and leave, and that of the people whose department one heads. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/shared/api/queries";
import { Avatar } from "@/shared/ui/Avatar";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import { Page } from "@/shared/ui/Page";
import { ErrorState, Skeleton } from "@/shared/ui/States";
import { Table, type TableColumn } from "@/shared/ui/Table";
import { teamQuery, treeQuery, type PersonItem } from "./api";
import { DutyPanel } from "./DutyPanel";
import { DutyTag } from "./DutyTag";
import styles from "./People.module.css";

/** Those who work in a department that one heads, or below it; a person counts once. */
function useTeam(me: string | undefined) {
  const tree = useQuery(treeQuery);
  const headed = tree.data?.items.filter((one) => me !== undefined && one.head === me) ?? [];
  const pages = useQueries({ queries: headed.map((one) => teamQuery(one.id)) });
  const people = pages.flatMap((page) => page.data?.items ?? []).filter((one) => one.id !== me);
  return {
    heads: headed.length > 0,
    pending: pages.some((page) => page.isPending),
    failed: pages.find((page) => page.isError),
    people: [...new Map(people.map((one) => [one.id, one])).values()],
  };
}

export function DutyPage() {
  const { t } = useTranslation();
  const person = useMe()?.person;
  const me = person?.id;
  const team = useTeam(me);
  const [open, setOpen] = useState<PersonItem>();
  const columns: TableColumn<PersonItem>[] = [
    {
      key: "name",
      label: t("people.name"),
      render: (one) => (
        <span className={styles.person}>
          <Avatar name={one.name} />
          {one.name}
        </span>
      ),
    },
    {
      key: "departments",
      label: t("people.departments"),
      render: (one) => one.departments.map(({ label }) => label).join(t("state.between")),
    },
    { key: "duty", label: t("people.duty"), render: (one) => <DutyTag away={one.away} /> },
    {
      key: "set",
      label: "",
      right: true,
      render: (one) => (
        <Button
          aria-label={t("people.set_duty_of", { name: one.name })}
          onClick={() => setOpen(one)}
        >
          {t("people.set_duty")}
        </Button>
      ),
    },
  ];
  return (
    <Page title={t("people.duty_title")} note={t("people.duty_note")}>
      {person && (
        <section className={styles.team}>
          <h2>{person.name}</h2>
          <DutyPanel person={person.id} />
        </section>
      )}
      {team.heads && (
        <section className={styles.team}>
          <h2>{t("people.team")}</h2>
          {team.failed ? (
            <ErrorState error={team.failed.error} onRetry={() => void team.failed?.refetch()} />
          ) : team.pending ? (
            <Skeleton lines={6} />
          ) : (
            <Table
              label={t("people.team")}
              columns={columns}
              rows={team.people}
              keyOf={(one) => one.id}
            />
          )}
        </section>
      )}
      {open && (
        <Sheet
          kind="drawer"
          label={t("people.duty_of", { name: open.name })}
          onClose={() => setOpen(undefined)}
        >
          <DutyPanel person={open.id} withCalendar />
        </Sheet>
      )}
    </Page>
  );
}
