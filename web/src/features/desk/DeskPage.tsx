/** One's own desk: figures of the day, to-dos, and the clocks that wait for one. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ClockCheck, SquareKanban } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "@/shared/api/queries";
import { useFormat } from "@/shared/format/useFormat";
import { useIsPhone } from "@/shared/media";
import { useStreamEvent } from "@/shared/stream";
import { ClockChip } from "@/shared/ui/ClockChip";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { useCoalesced } from "@/shared/useCoalesced";
import { deskQuery, type Desk } from "./api";
import styles from "./Desk.module.css";
import { TodoList } from "./TodoList";

const REFRESH_EVERY = 2_000;

/** What has no tab on a phone is reached from here: boards and every object. */
function Places() {
  const { t } = useTranslation();
  const catalog = useCatalog();
  return (
    <nav className={styles.places} aria-label={t("desk.places")}>
      {catalog?.boards?.map((board) => (
        <Link key={board.key} to="/boards/$board" params={{ board: board.key }}>
          <SquareKanban size={15} aria-hidden />
          {board.label}
        </Link>
      ))}
      {catalog?.objects.map((object) => (
        <Link key={object.name} to="/o/$object" params={{ object: object.name }}>
          {object.label_plural ?? object.label}
        </Link>
      ))}
    </nav>
  );
}

function Clocks({ clocks }: { clocks: Desk["clocks"]["items"] }) {
  const { t } = useTranslation();
  return (
    <section className={styles.block}>
      <h2>{t("desk.clocks")}</h2>
      {clocks.length === 0 ? (
        <Empty title={t("desk.no_clocks")} icon={<ClockCheck size={22} />} />
      ) : (
        <ul className={styles.list}>
          {clocks.map((clock) => (
            <li key={clock.id} className={styles.clock}>
              <Link
                to="/o/$object/records/$id/full"
                params={{ object: clock.object, id: clock.record.id }}
                className={styles.what}
              >
                {clock.record.label ?? clock.record.id.slice(-6)}
              </Link>
              <ClockChip clock={clock} named />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function DeskPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const phone = useIsPhone();
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
      <h1>{t("nav.desk")}</h1>
      {phone && <Places />}
      {desk.isPending ? (
        <Skeleton lines={8} />
      ) : !desk.data ? (
        <ErrorState error={desk.error} onRetry={() => void desk.refetch()} />
      ) : (
        <>
          {desk.data.figures.length > 0 && (
            <dl className={styles.figures}>
              {desk.data.figures.map((one) => (
                <div key={`${one.object}.${one.key}`}>
                  <dt>{one.label}</dt>
                  <dd>
                    {format.number(one.value)}
                    {one.value_is === "at_least" && "+"}
                  </dd>
                </div>
              ))}
            </dl>
          )}
          <div className={styles.blocks}>
            {desk.data.todos.map((todos) => (
              <TodoList key={todos.object} todos={todos} />
            ))}
            <Clocks clocks={desk.data.clocks.items} />
          </div>
        </>
      )}
    </div>
  );
}
