/** Where one is signed in, and the way to end it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Laptop, Smartphone } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { Button } from "@/shared/ui/Button";
import { SettingsPart } from "@/shared/ui/Settings";
import { ErrorState, Skeleton, useErrorText } from "@/shared/ui/States";
import { Tag } from "@/shared/ui/Tag";
import { showToast } from "@/shared/ui/toast";
import { agentName, isPhoneAgent } from "./agent";
import { endOtherSessions, endSession, sessionsQuery, type Session } from "./api";
import styles from "./SecurityPage.module.css";

interface RowProps {
  session: Session;
  busy: boolean;
  onEnd: () => void;
}

function Row({ session, busy, onEnd }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const Icon = isPhoneAgent(session.agent) ? Smartphone : Laptop;
  const name = agentName(session.agent);
  const seen = session.seen_at ?? session.created_at;
  return (
    <li className={styles.session}>
      <Icon size={18} aria-hidden />
      <div>
        <span title={session.agent}>{name}</span>{" "}
        {session.current && <Tag color="green">{t("security.this_device")}</Tag>}
        <p className={styles.mute}>
          {t("security.seen", {
            seen: format.ago(seen, now),
            since: format.momentFull(session.created_at),
          })}
        </p>
      </div>
      {!session.current && (
        <Button disabled={busy} aria-label={t("security.end", { name })} onClick={onEnd}>
          {t("account.sign_out")}
        </Button>
      )}
    </li>
  );
}

export function SessionsSection() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const errorText = useErrorText();
  const sessions = useQuery(sessionsQuery);
  const end = useMutation({
    mutationFn: (id: string | undefined) => (id ? endSession(id) : endOtherSessions()),
    onSuccess: () => showToast(t("security.ended")),
    onError: (error) => showToast(errorText(error), "failed"),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  const items = sessions.data?.items ?? [];
  return (
    <SettingsPart title={t("security.sessions")} hint={t("security.sessions_hint")}>
      <div className={styles.sessions}>
        {sessions.isPending ? (
          <Skeleton lines={3} />
        ) : sessions.isError ? (
          <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} />
        ) : (
          <ul>
            {items.map((session) => (
              <Row
                key={session.id}
                session={session}
                busy={end.isPending}
                onEnd={() => end.mutate(session.id)}
              />
            ))}
          </ul>
        )}
        {items.some((one) => !one.current) && (
          <Button disabled={end.isPending} onClick={() => end.mutate(undefined)}>
            {t("security.end_others")}
          </Button>
        )}
      </div>
    </SettingsPart>
  );
}
