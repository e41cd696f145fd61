/** What counts down for one's own records, the most urgent first, with the step that it waits for at hand. */
import { Link } from "@tanstack/react-router";
import { ClockCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { useNow } from "@/shared/tick";
import { colorAt } from "@/shared/ui/clock";
import { ClockChip } from "@/shared/ui/ClockChip";
import { Empty } from "@/shared/ui/States";
import type { DeskClock } from "./api";
import styles from "./Desk.module.css";

function ClockRow({ clock }: { clock: DeskClock }) {
  const { t } = useTranslation();
  const now = useNow();
  // The first operation is the one that the record's own page offers as its primary step.
  const operation = useObject(clock.object)?.operations[0];
  const params = { object: clock.object, id: clock.record.id };
  const label = clock.record.label ?? t("record.untitled");
  return (
    <li className={styles.clock} data-color={colorAt(clock, now)}>
      <Link to="/o/$object/records/$id" params={params} className={styles.what}>
        {label}
      </Link>
      <ClockChip clock={clock} named />
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

export function Clocks({ clocks }: { clocks: DeskClock[] }) {
  const { t } = useTranslation();
  return (
    <section className={styles.block} aria-labelledby="desk-clocks">
      <h2 id="desk-clocks">
        {t("desk.clocks")} {clocks.length > 0 && <span>{clocks.length}</span>}
      </h2>
      {clocks.length === 0 ? (
        <Empty
          title={t("desk.no_clocks")}
          hint={t("desk.no_clocks_hint")}
          icon={<ClockCheck size={22} />}
        />
      ) : (
        <ul className={styles.list}>
          {clocks.map((clock) => (
            <ClockRow key={clock.id} clock={clock} />
          ))}
        </ul>
      )}
    </section>
  );
}
