/** All notices of the person, newest first; opening one marks it read. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { BellOff, CheckCheck, Settings2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Notice } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { Button } from "@/shared/ui/Button";
import { cx } from "@/shared/ui/cx";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { useTitle } from "@/shared/ui/title";
import { useMarkRead } from "@/shared/useMarkRead";
import { noticesQuery } from "./api";
import { NoticeIcon } from "./NoticeIcon";
import styles from "./Notices.module.css";

function Item({ notice, onOpen }: { notice: Notice; onOpen: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  return (
    <button
      type="button"
      className={cx(styles.item, !notice.read_at && styles.unread)}
      onClick={onOpen}
    >
      <NoticeIcon level={notice.level} />
      <span className={styles.title}>{notice.title}</span>
      <time className={styles.at} title={format.momentFull(notice.at)}>
        {format.ago(notice.at, now)}
      </time>
      {!notice.read_at && (
        <span className={styles.dot} role="img" aria-label={t("notices.unread")} />
      )}
      {notice.body && <span className={styles.text}>{notice.body}</span>}
    </button>
  );
}

export function NoticesPage() {
  const { t } = useTranslation();
  useTitle(t("nav.notices"));
  const navigate = useNavigate();
  const markRead = useMarkRead();
  const [unreadOnly, setUnreadOnly] = useState(false);
  const notices = useInfiniteQuery(noticesQuery(unreadOnly));
  const items = notices.data?.pages.flatMap((page) => page.items) ?? [];

  const open = (notice: Notice) => {
    if (!notice.read_at) markRead.mutate({ ids: [notice.id] });
    if (!notice.object || !notice.record) return;
    const params = { object: notice.object, id: notice.record };
    void navigate({ to: "/o/$object/records/$id", params });
  };

  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{t("nav.notices")}</h1>
        <Button aria-pressed={unreadOnly} onClick={() => setUnreadOnly(!unreadOnly)}>
          {t(unreadOnly ? "notices.show_all" : "notices.show_unread")}
        </Button>
        <Button
          icon={<CheckCheck size={15} />}
          busy={markRead.isPending}
          onClick={() => markRead.mutate({ all: true })}
        >
          {t("notices.read_all")}
        </Button>
        <Link
          to="/account/notifications"
          className={styles.settings}
          aria-label={t("notices.settings")}
          title={t("notices.settings")}
        >
          <Settings2 size={16} aria-hidden />
        </Link>
      </header>
      <div className={styles.list}>
        {notices.isPending ? (
          <Skeleton lines={8} />
        ) : notices.isError && items.length === 0 ? (
          <ErrorState error={notices.error} onRetry={() => void notices.refetch()} />
        ) : items.length === 0 ? (
          <Empty
            title={t("notices.none")}
            hint={t("notices.none_hint")}
            icon={<BellOff size={22} />}
          />
        ) : (
          items.map((notice) => (
            <Item key={notice.id} notice={notice} onOpen={() => open(notice)} />
          ))
        )}
        {notices.hasNextPage && (
          <div className={styles.more}>
            <Button busy={notices.isFetchingNextPage} onClick={() => void notices.fetchNextPage()}>
              {t("timeline.more")}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}
