/** What counts down for one's own records, with the step that it waits for at hand; what fell due before today last. */
import { Link } from "@tanstack/react-router";
import { ClockCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { colorAt } from "@/shared/ui/clock";
import { cx } from "@/shared/ui/cx";
import { ClockChip } from "@/shared/ui/ClockChip";
import { Empty } from "@/shared/ui/States";
import type { DeskClock } from "./api";
import { dayOf } from "./days";
import styles from "./Desk.module.css";

/** A record with its clocks, the one to see to first in front. */
type Counting = [DeskClock, ...DeskClock[]];

/** The records in the order of their first clocks. */
function byRecord(clocks: readonly DeskClock[]): Counting[] {
  const records = new Map<string, Counting>();
  for (const clock of clocks) {
    const others = records.get(clock.record.id);
    if (others) others.push(clock);
    else records.set(clock.record.id, [clock]);
  }
  return [...records.values()];
}

const MOST_CHIPS = 2;

function ClockRow({ clocks }: { clocks: Counting }) {
  const [clock] = clocks;
  const { t } = useTranslation();
  const now = useNow();
  const operations = useObject(clock.object)?.operations;
  const operation = operations?.find(({ name }) => name === clock.meets);
  const params = { object: clock.object, id: clock.record.id };
  const label = clock.record.label ?? t("record.untitled");
  return (
    <li className={styles.clock} data-color={colorAt(clock, now)}>
      <Link to="/o/$object/records/$id" params={params} className={styles.what}>
        {label}
      </Link>
      <span className={styles.chips}>
        {clocks.slice(0, MOST_CHIPS).map((one) => (
          <ClockChip key={one.id} clock={one} named />
        ))}
      </span>
      {operation && (
        <Link
          to="/o/$object/records/$id"
          params={params}
          search={{ do: operation.name }}
          className={styles.act}
          aria-label={t("desk.act", { operation: operation.label, title: label })}
        >
          {operation.label}
        </Link>
      )}
    </li>
  );
}

function Rows({ records }: { records: Counting[] }) {
  return (
    <ul className={styles.list}>
      {records.map((one) => (
        <ClockRow key={one[0].record.id} clocks={one} />
      ))}
    </ul>
  );
}

export function Clocks({ clocks }: { clocks: DeskClock[] }) {
  const { t } = useTranslation();
  const { zone } = useFormat();
  const today = dayOf(useNow(), zone);
  const records = byRecord(clocks);
  const isOld = ([first]: Counting) => dayOf(first.due_at, zone) < today;
  const old = records.filter(isOld);
  const current = records.filter((one) => !isOld(one));
  return (
    <section className={styles.block} aria-labelledby="desk-clocks">
      <h2 id="desk-clocks">
        {t("desk.clocks")} {records.length > 0 && <span>{records.length}</span>}
      </h2>
      {clocks.length === 0 ? (
        <Empty
          small
          title={t("desk.no_clocks")}
          hint={t("desk.no_clocks_hint")}
          icon={<ClockCheck size={22} />}
        />
      ) : (
        <>
          <Rows records={current} />
          {old.length > 0 && (
            <div role="group" aria-label={t("desk.old_clocks")}>
              <h3 className={cx(styles.when, styles.late)}>
                {t("desk.old_clocks")} <span>{old.length}</span>
              </h3>
              <Rows records={old} />
            </div>
          )}
        </>
      )}
    </section>
  );
}
