/** The figures of the day, each the way to the records that it counts. */
import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { useCatalog } from "@/shared/api/queries";
import { useFormat } from "@/shared/format/useFormat";
import type { Figure } from "./api";
import styles from "./Desk.module.css";

export function Figures({ figures }: { figures: Figure[] }) {
  const format = useFormat();
  const catalog = useCatalog();
  if (figures.length === 0) return null;
  return (
    <ul className={styles.figures}>
      {figures.map(({ key, object, label, filter, value, value_is }) => {
        const views = catalog?.objects.find((one) => one.name === object)?.views ?? [];
        const whole = views.find((view) => !view.filter)?.key;
        return (
          <li key={`${object}.${key}`}>
            <Link
              to="/o/$object"
              params={{ object }}
              search={{ view: whole, only: { filter, label } }}
              className={styles.figure}
            >
              <span className={styles.figureLabel}>
                {label}
                <ChevronRight size={14} aria-hidden />
              </span>
              <strong>
                {format.number(value)}
                {value_is === "at_least" && "+"}
              </strong>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
