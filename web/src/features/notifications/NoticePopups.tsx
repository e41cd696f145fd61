/** Live notices: a pop-up with a sound the moment one comes in, a few at a time. */
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Notice } from "@/shared/api/types";
import { useIsPhone } from "@/shared/media";
import { useStreamEvent } from "@/shared/stream";
import { Button } from "@/shared/ui/Button";
import { useCoalesced } from "@/shared/useCoalesced";
import { useMarkRead } from "@/shared/useMarkRead";
import { unreadQuery } from "./api";
import { NoticeIcon } from "./NoticeIcon";
import styles from "./Notices.module.css";
import { NO_POPUPS, withNotice, withoutNotice } from "./popups";
import { allowSoundOnFirstTouch, chime } from "./sound";

const MOST_SHOWN = 3;
const SHOWN_FOR = 8_000;
const LIST_EVERY = 2_000;

/** What is grave stays until it is dismissed. */
function Popup({ notice, onDismiss }: { notice: Notice; onDismiss: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const markRead = useMarkRead();
  const [held, setHeld] = useState(false);
  const dismiss = useEffectEvent(onDismiss);
  const stays = held || notice.level === "danger";

  useEffect(() => {
    if (stays) return;
    const timer = setTimeout(() => dismiss(), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [stays]);

  const open = () => {
    markRead.mutate({ ids: [notice.id] });
    onDismiss();
    if (notice.object && notice.record) {
      const params = { object: notice.object, id: notice.record };
      void navigate({ to: "/o/$object/records/$id", params });
    }
  };

  return (
    <div
      className={styles.pop}
      role="alert"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <NoticeIcon level={notice.level} />
      <p className={styles.title}>{notice.title}</p>
      <Button
        look="ghost"
        className={styles.dismiss}
        icon={<X size={15} />}
        aria-label={t("do.dismiss")}
        onClick={onDismiss}
      />
      {notice.body && <p className={styles.text}>{notice.body}</p>}
      {notice.record && (
        <div className={styles.actions}>
          <Button look="primary" onClick={open}>
            {t("notices.open")}
          </Button>
        </div>
      )}
    </div>
  );
}

export function NoticePopups() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const phone = useIsPhone();
  const [popups, setPopups] = useState(NO_POPUPS);
  const refetch = useCoalesced(
    () => client.invalidateQueries({ queryKey: ["notifications"] }),
    LIST_EVERY,
  );

  useEffect(allowSoundOnFirstTouch, []);

  useStreamEvent("notification", (notice) => {
    setPopups((now) => withNotice(now, notice, phone ? 1 : MOST_SHOWN));
    client.setQueryData(unreadQuery.queryKey, (unread) => (unread ?? 0) + 1);
    chime(Date.now());
    refetch();
  });
  useStreamEvent("resync", refetch);

  return (
    <section className={styles.stack} aria-label={t("notices.live")}>
      {popups.rest > 0 && (
        <Link to="/notices" className={styles.rest} onClick={() => setPopups(NO_POPUPS)}>
          {t("notices.rest", { count: popups.rest })}
        </Link>
      )}
      {popups.shown.map((notice) => (
        <Popup
          key={notice.id}
          notice={notice}
          onDismiss={() => setPopups((now) => withoutNotice(now, notice.id))}
        />
      ))}
    </section>
  );
}
