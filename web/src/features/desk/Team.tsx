/** Who stands worst on a board, for whoever sees more lanes of it than their own. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/shared/api/queries";
import { Avatar } from "@/shared/ui/Avatar";
import { Skeleton } from "@/shared/ui/States";
import { Tag } from "@/shared/ui/Tag";
import { glanceQuery } from "./api";
import styles from "./Desk.module.css";

export function Team({ board: key }: { board: string }) {
  const { t } = useTranslation();
  const me = useMe()?.person.id;
  const found = useQuery(glanceQuery(key));
  if (found.isPending) {
    return (
      <section className={styles.block}>
        <Skeleton lines={5} />
      </section>
    );
  }
  const board = found.data;
  // A board that can't be had is missed on its own page; the desk does without.
  if (!board?.lanes.some((lane) => lane.person && lane.person.id !== me)) return null;
  return (
    <section className={styles.block} aria-labelledby={`desk-${key}`}>
      <h2 id={`desk-${key}`}>{board.label}</h2>
      <ul className={styles.list}>
        {board.lanes.map(({ person, lights }) => {
          const name = person?.label ?? t("desk.nobody");
          const amiss = board.lights.filter(
            (light) => light.color !== "green" && (lights[light.key] ?? 0) > 0,
          );
          return (
            <li key={person?.id ?? "none"} className={styles.lane}>
              <Avatar name={name} />
              <span className={styles.who}>{name}</span>
              <span className={styles.lights}>
                {amiss.map(({ key: light, label, color }) => (
                  <Tag
                    key={light}
                    color={color}
                    icon={color === "red" && <TriangleAlert size={13} aria-hidden />}
                  >
                    {`${label} ${lights[light]}`}
                  </Tag>
                ))}
                {amiss.length === 0 && (
                  <Tag color="green" icon={<CircleCheck size={13} aria-hidden />}>
                    {t("desk.well")}
                  </Tag>
                )}
              </span>
            </li>
          );
        })}
      </ul>
      <Link to="/boards/$board" params={{ board: key }} className={styles.all}>
        {t("desk.to_board", { count: board.lane_count })}
      </Link>
    </section>
  );
}
