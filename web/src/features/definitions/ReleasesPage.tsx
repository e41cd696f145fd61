/** What was put in force, by whom and when, the newest first; and the way back. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { History } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { useFormat } from "@/shared/format/useFormat";
import { currentLocale } from "@/shared/i18n";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import { Empty, ErrorState, Skeleton, useErrorText } from "@/shared/ui/States";
import { Tag } from "@/shared/ui/Tag";
import { useTitle } from "@/shared/ui/title";
import { showToast } from "@/shared/ui/toast";
import { endPilot, releaseQuery, releasesQuery, rollBack, type Changed, type Release } from "./api";
import styles from "./Definitions.module.css";
import { SINGLE, useKindName } from "./kindName";
import { groupNames } from "./Trials";

function ChangedLine({ one }: { one: Changed }) {
  const { t } = useTranslation();
  const { name } = useKindName(one.kind);
  const object = useObject(one.on ?? "")?.label;
  const of = object === one.label ? undefined : object;
  const how =
    one.to === null
      ? t("setup.release.gone")
      : one.from === null
        ? t("setup.release.made")
        : t("setup.release.moved", { from: one.from, to: one.to });
  return (
    <li>
      <Link to="/setup/$kind/$key" params={{ kind: one.kind, key: one.key }}>
        {SINGLE[one.kind] ? name : one.label}
      </Link>
      <span>{[of, name, how].filter(Boolean).join(" · ")}</span>
    </li>
  );
}

/** An app brings a hundred at once: so many are shown, the others when they are asked for. */
const SHOWN = 8;

function ChangedList({ title, items }: { title: string; items: Changed[] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  return (
    <section>
      <h3>{title}</h3>
      <ul className={styles.changed}>
        {(all ? items : items.slice(0, SHOWN)).map((one) => (
          <ChangedLine key={`${one.kind}/${one.key}`} one={one} />
        ))}
      </ul>
      {!all && items.length > SHOWN && (
        <Button look="ghost" onClick={() => setAll(true)}>
          {t("setup.release.all", { count: items.length })}
        </Button>
      )}
    </section>
  );
}

const NOBODY = { people: [], departments: [] };

function ReleaseSheet({ release, onClose }: { release: Release; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const errorText = useErrorText();
  const found = useQuery(releaseQuery(release.release));
  const running = release.pilot !== null && release.ended_at === null;
  const act = useMutation({
    mutationFn: () =>
      running
        ? endPilot(release.release)
        : rollBack({
            release: release.release,
            note: t("setup.release.back_note", { number: release.release }),
          }),
    onSuccess: async () => {
      showToast(t(running ? "setup.trial.ended" : "setup.release.back_done"));
      await client.invalidateQueries();
      onClose();
    },
    onError: (error) => showToast(errorText(error), "failed"),
  });
  const { changed = [], back = [] } = found.data ?? {};
  return (
    <Sheet
      kind="dialog"
      label={t("setup.release.title", { number: release.release })}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("do.close")}</Button>
          {(running || back.length > 0) && (
            <Button look="primary" busy={act.isPending} onClick={() => act.mutate()}>
              {t(running ? "setup.trial.end" : "setup.release.back")}
            </Button>
          )}
        </>
      }
    >
      {found.isPending ? (
        <Skeleton lines={4} />
      ) : !found.data ? (
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <div className={styles.form}>
          {running && (
            <p>
              {t("setup.release.end_asks", {
                names: groupNames(release.pilot ?? NOBODY, currentLocale()),
              })}
            </p>
          )}
          {back.length > 0 && <ChangedList title={t("setup.release.back_would")} items={back} />}
          <ChangedList title={t("setup.release.changed")} items={changed} />
        </div>
      )}
    </Sheet>
  );
}

function Row({ release, onOpen }: { release: Release; onOpen: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const who = release.by?.label ?? t("setup.release.system");
  const title = release.by
    ? t("setup.release.title", { number: release.release })
    : t("setup.release.app");
  return (
    <li className={styles.row}>
      <span className={styles.name}>
        <strong>{release.note || title}</strong>
        <span className={styles.mute}>
          {`#${release.release} · ${who} · ${format.momentFull(release.at)}`}
        </span>
        {release.pilot && (
          <span className={styles.mute}>
            {t("setup.release.for", { names: groupNames(release.pilot, format.locale) })}
          </span>
        )}
      </span>
      <span className={styles.marks}>
        {release.present && <Tag color="green">{t("setup.mark.present")}</Tag>}
        {release.pilot && (
          <Tag color={release.ended_at ? "gray" : "purple"}>
            {t(release.ended_at ? "setup.mark.pilot_over" : "setup.mark.pilot")}
          </Tag>
        )}
      </span>
      <Button aria-label={t("setup.release.look", { number: release.release })} onClick={onOpen}>
        {t("setup.release.open")}
      </Button>
    </li>
  );
}

export function ReleasesPage() {
  const { t } = useTranslation();
  useTitle(t("setup.page.releases"));
  const found = useInfiniteQuery(releasesQuery);
  const [open, setOpen] = useState<Release | null>(null);
  const releases = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <div>
          <h1>{t("setup.page.releases")}</h1>
          <p>{t("setup.page.releases_hint")}</p>
        </div>
      </header>
      {found.isPending ? (
        <Skeleton lines={8} />
      ) : !found.data ? (
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      ) : releases.length === 0 ? (
        <Empty title={t("setup.release.none")} icon={<History size={22} />} />
      ) : (
        <>
          <ul className={styles.rows}>
            {releases.map((one) => (
              <Row key={one.release} release={one} onOpen={() => setOpen(one)} />
            ))}
          </ul>
          {found.hasNextPage && (
            <Button
              className={styles.more}
              busy={found.isFetchingNextPage}
              onClick={() => void found.fetchNextPage()}
            >
              {t("setup.release.more")}
            </Button>
          )}
        </>
      )}
      {open && <ReleaseSheet release={open} onClose={() => setOpen(null)} />}
    </div>
  );
}
