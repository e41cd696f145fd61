/** The unread notices of weight; one that is opened is read. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, Link } from "@tanstack/react-router";
import { BellOff, Flame, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Notice } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { cx } from "@/shared/ui/cx";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { useMarkRead } from "@/shared/useMarkRead";
import { weightyQuery } from "./api";
import styles from "./Desk.module.css";

export function Notices() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const navigate = useNavigate();
  const markRead = useMarkRead();
  const found = useQuery(weightyQuery);
  const open = (notice: Notice) => {
    markRead.mutate({ ids: [notice.id] });
    if (!notice.object || !notice.record) return;
    const params = { object: notice.object, id: notice.record };
    void navigate({ to: "/o/$object/records/$id", params });
  };
  return (
    <section className={styles.block} aria-labelledby="desk-notices">
      <h2 id="desk-notices">{t("desk.notices")}</h2>
      {found.isPending ? (
        <Skeleton lines={4} />
      ) : !found.data ? (
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      ) : found.data.items.length === 0 ? (
        <Empty small title={t("desk.no_notices")} icon={<BellOff size={22} />} />
      ) : (
        <ul className={styles.list}>
          {found.data.items.map((notice) => {
            const Icon = notice.level === "danger" ? Flame : TriangleAlert;
            return (
              <li key={notice.id}>
                <button type="button" className={styles.notice} onClick={() => open(notice)}>
                  <Icon
                    size={16}
                    className={cx(notice.level === "danger" ? styles.grave : styles.warn)}
                    aria-hidden
                  />
                  <span>{notice.title}</span>
                  <time title={format.momentFull(notice.at)}>{format.ago(notice.at, now)}</time>
                </button>
              </li>
            );
          })}
        </ul>
      )}
      <Link to="/notices" className={styles.all}>
        {(found.data?.rest ?? 0) > 0
          ? t("desk.more_notices", { count: found.data?.rest })
          : t("desk.all_notices")}
      </Link>
    </section>
  );
}
