/** What each candidate holds and was given lately, who waits longest first. */
import { ChevronRight, UsersRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/shared/format/useFormat";
import { Avatar } from "@/shared/ui/Avatar";
import { cx } from "@/shared/ui/cx";
import { Empty } from "@/shared/ui/States";
import { Tag } from "@/shared/ui/Tag";
import type { Share, Watch } from "./api";
import styles from "./Watch.module.css";

function State({ share }: { share: Share }) {
  const { t } = useTranslation();
  if (!share.on_duty) return <Tag>{share.away}</Tag>;
  if (!share.part) return <Tag>{t("watch.no_part")}</Tag>;
  return share.waits ? (
    <Tag color="red" dot>
      {t("watch.waits")}
    </Tag>
  ) : (
    <Tag color="green" dot>
      {t("watch.on_duty")}
    </Tag>
  );
}

export function People({ watch, onOpen }: { watch: Watch; onOpen: (person: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { items, days } = watch;
  const limit = watch.limits.per_person;
  if (items.length === 0) {
    return (
      <Empty
        title={t("watch.nobody")}
        hint={t("watch.nobody_hint")}
        icon={<UsersRound size={22} />}
      />
    );
  }
  const most = Math.max(1, ...items.map((one) => one.open));
  return (
    <table className={styles.people}>
      <thead>
        <tr>
          <th scope="col">{t("watch.person")}</th>
          <th scope="col">{t("watch.state")}</th>
          <th scope="col">{t("watch.open")}</th>
          <th scope="col">{t("watch.given", { days })}</th>
          <th scope="col">{t("watch.last")}</th>
          <th scope="col">{t("watch.idle_days")}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((share) => {
          const over = limit !== null && share.open > limit;
          return (
            <tr key={share.person.id}>
              <th scope="row">
                <button
                  type="button"
                  title={t("watch.why", { name: share.person.label })}
                  onClick={() => onOpen(share.person.id)}
                >
                  <Avatar name={share.person.label} />
                  <span>{share.person.label}</span>
                  <ChevronRight size={15} aria-hidden />
                </button>
              </th>
              <td>
                <State share={share} />
              </td>
              <td data-label={t("watch.open")}>
                <span className={styles.load}>
                  <span className={styles.track} aria-hidden>
                    <span
                      className={cx(styles.fill, over && styles.over)}
                      style={{ width: `${(share.open / most) * 100}%` }}
                    />
                  </span>
                  {share.open}
                  {over && <Tag color="red">{t("watch.over")}</Tag>}
                </span>
              </td>
              <td data-label={t("watch.given", { days })}>{share.given}</td>
              <td data-label={t("watch.last")}>
                {share.last ? format.date(share.last) : t("watch.never")}
              </td>
              <td data-label={t("watch.idle_days")}>
                {share.idle_days === null
                  ? t("state.none")
                  : t("watch.days", { count: share.idle_days })}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
