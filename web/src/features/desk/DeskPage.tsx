/** One's own desk, the page one opens with: what counts down, what is to do, how the day stands. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bell } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog, useMe } from "@/shared/api/queries";
import { dateFormat } from "@/shared/format/intl";
import { useFormat } from "@/shared/format/useFormat";
import { useIsPhone } from "@/shared/media";
import { useStreamEvent } from "@/shared/stream";
import { useNow } from "@/shared/tick";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { useTitle } from "@/shared/ui/title";
import { useCoalesced } from "@/shared/useCoalesced";
import { deskQuery, type Desk } from "./api";
import { Clocks } from "./Clocks";
import { partOfDay } from "./days";
import styles from "./Desk.module.css";
import { Figures } from "./Figures";
import { Notices } from "./Notices";
import { QuickButtons } from "./Quick";
import { Team } from "./Team";
import { TodoList } from "./TodoList";

const REFRESH_EVERY = 2_000;

function Greeting() {
  const { t } = useTranslation();
  const me = useMe();
  const now = useNow();
  const { zone, locale } = useFormat();
  const phone = useIsPhone();
  const day = dateFormat(locale, {
    timeZone: zone,
    month: "long",
    day: "numeric",
    weekday: "long",
  }).format(now);
  return (
    <header className={styles.head}>
      <div>
        <h1>{t(`desk.greeting.${partOfDay(now, zone)}`, { name: me?.person.name })}</h1>
        <p>{day}</p>
      </div>
      {phone ? (
        <Link to="/notices" className={styles.bell} aria-label={t("nav.notices")}>
          <Bell size={20} aria-hidden />
        </Link>
      ) : (
        <QuickButtons />
      )}
    </header>
  );
}

function Waiting() {
  return (
    <>
      <div className={styles.figures}>
        {Array.from({ length: 4 }, (_, i) => (
          <div key={i} className={styles.figure}>
            <Skeleton lines={2} />
          </div>
        ))}
      </div>
      <div className={styles.columns}>
        <div className={styles.block}>
          <Skeleton lines={8} />
        </div>
        <div className={styles.block}>
          <Skeleton lines={5} />
        </div>
      </div>
    </>
  );
}

function Filled({ desk }: { desk: Desk }) {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const nothing = catalog?.objects.length === 0;
  if (nothing) return <Empty title={t("desk.nothing")} hint={t("desk.nothing_hint")} />;
  return (
    <>
      <Figures figures={desk.figures} />
      <div className={styles.columns}>
        <div className={styles.column}>
          <Clocks clocks={desk.clocks.items} />
          {desk.todos.map((todos) => (
            <TodoList key={todos.object} todos={todos} />
          ))}
        </div>
        <div className={styles.column}>
          <Notices />
          {catalog?.boards?.map((board) => (
            <Team key={board.key} board={board.key} />
          ))}
        </div>
      </div>
    </>
  );
}

export function DeskPage({ invitation }: { invitation: ReactNode }) {
  const { t } = useTranslation();
  useTitle(t("nav.desk"));
  const client = useQueryClient();
  const desk = useQuery(deskQuery);
  const refresh = useCoalesced(
    () => client.invalidateQueries({ queryKey: ["desk"] }),
    REFRESH_EVERY,
  );
  useStreamEvent("clock", refresh);
  useStreamEvent("notification", refresh);
  useStreamEvent("resync", refresh);
  return (
    <div className={styles.page}>
      <Greeting />
      {invitation}
      {desk.isPending ? (
        <Waiting />
      ) : !desk.data ? (
        <ErrorState error={desk.error} onRetry={() => void desk.refetch()} />
      ) : (
        <Filled desk={desk.data} />
      )}
    </div>
  );
}
