/** How records are spread over people: who waits while others pile up, what waits for an owner, and the switch. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Shuffle, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog, useMe } from "@/shared/api/queries";
import { useFormat } from "@/shared/format/useFormat";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { Button } from "@/shared/ui/Button";
import { cx } from "@/shared/ui/cx";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { useTitle } from "@/shared/ui/title";
import { dealingQuery, watchQuery, type Dealing, type Watch } from "./api";
import { CausesDrawer } from "./CausesDrawer";
import { DealAgainSheet } from "./DealAgainSheet";
import { People } from "./People";
import { SwitchSheet } from "./SwitchSheet";
import { WaitingList } from "./WaitingList";
import styles from "./Watch.module.css";
import type { WatchSearch } from "./watchSearch";

/** Whoever has most comes first: from them something is to be taken. */
const byHeld = (items: Watch["items"]) =>
  items.toSorted((one, other) => other.open - one.open).map(({ person }) => person);

/** Time passes without an event. */
const EVERY = 60_000;

function Mode({ dealing, maySwitch }: { dealing: Dealing; maySwitch: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [asked, setAsked] = useState(false);
  const { automatic, since, by, note } = dealing;
  return (
    <div className={cx(styles.card, !automatic && styles.alert)}>
      <h2>{t("watch.mode")}</h2>
      <strong>
        {!automatic && <TriangleAlert size={18} aria-hidden />}
        {t(automatic ? "watch.automatic" : "watch.by_hand")}
      </strong>
      <p>
        {automatic
          ? t("watch.policies", { count: dealing.policies.length })
          : t("watch.by_hand_since", {
              by: by?.label ?? t("timeline.system"),
              at: since ? format.momentFull(since) : "",
            })}
        {note && <q>{note}</q>}
      </p>
      {maySwitch && (
        <Button onClick={() => setAsked(true)}>
          {t(automatic ? "watch.to_hand" : "watch.to_automatic")}
        </Button>
      )}
      {asked && (
        <SwitchSheet
          object={dealing.object}
          automatic={!automatic}
          onClose={() => setAsked(false)}
        />
      )}
    </div>
  );
}

function Figures({ watch }: { watch: Watch }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { limits, last_day: lastDay } = watch;
  const idle = watch.items.filter((one) => one.waits).length;
  const late = limits.waiting !== null && watch.waiting > limits.waiting;
  return (
    <>
      <div className={cx(styles.card, late && styles.alert)}>
        <h2>{t("watch.waiting")}</h2>
        <strong>
          {late && <TriangleAlert size={18} aria-hidden />}
          {format.number(watch.waiting)}
        </strong>
        <p>
          {limits.waiting === null
            ? t("watch.no_limit")
            : t("watch.limit", { limit: limits.waiting })}
        </p>
      </div>
      <div className={cx(styles.card, idle > 0 && styles.alert)}>
        <h2>{t("watch.idle")}</h2>
        <strong>
          {idle > 0 && <TriangleAlert size={18} aria-hidden />}
          {idle}
        </strong>
        <p>{t("watch.idle_hint", { days: watch.days })}</p>
      </div>
      <div className={styles.card}>
        <h2>{t("watch.last_day")}</h2>
        <strong>{lastDay ? format.number(lastDay.given) : t("state.none")}</strong>
        <p>
          {lastDay
            ? t("watch.last_day_hint", {
                day: format.date(lastDay.day),
                mean: format.number(lastDay.mean),
              })
            : t("watch.last_day_none")}
        </p>
      </div>
    </>
  );
}

function Watched({ dealing }: { dealing: Dealing }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { person } = useSearch({ strict: false }) as WatchSearch;
  const [dealsAgain, setDealsAgain] = useState(false);
  const watch = useQuery({ ...watchQuery(dealing.object), refetchInterval: EVERY });
  if (watch.isPending) return <Skeleton lines={8} />;
  if (watch.isError) {
    return <ErrorState error={watch.error} onRetry={() => void watch.refetch()} />;
  }
  const show = (next: string | undefined) =>
    void navigate({ to: ".", search: { object: dealing.object, person: next }, replace: true });
  return (
    <>
      <div className={styles.cards}>
        <Mode dealing={dealing} maySwitch={watch.data.may_switch} />
        <Figures watch={watch.data} />
      </div>
      <section className={styles.block}>
        <header>
          <div>
            <h2>{t("watch.people")}</h2>
            <p>{t("watch.people_hint")}</p>
          </div>
          <Button icon={<Shuffle size={15} />} onClick={() => setDealsAgain(true)}>
            {t("watch.deal")}
          </Button>
        </header>
        <People watch={watch.data} onOpen={show} />
      </section>
      <WaitingList object={dealing.object} />
      {dealsAgain && (
        <DealAgainSheet
          object={dealing.object}
          people={byHeld(watch.data.items)}
          onClose={() => setDealsAgain(false)}
        />
      )}
      {person && (
        <CausesDrawer
          object={dealing.object}
          person={person}
          policies={dealing.policies}
          onClose={() => show(undefined)}
        />
      )}
    </>
  );
}

export function WatchPage() {
  const { t } = useTranslation();
  useTitle(t("watch.title"));
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as WatchSearch;
  const assigns = useMe()?.permissions.assigns ?? [];
  const objects = (useCatalog()?.objects ?? []).filter(({ name }) => assigns.includes(name));
  const asked = useQueries({ queries: objects.map(({ name }) => dealingQuery(name)) });
  const watched = asked.flatMap(({ data }) =>
    data && (data.policies.length > 0 || !data.automatic) ? [data] : [],
  );
  const shown = watched.find(({ object }) => object === search.object) ?? watched[0];
  const failed = asked.find((one) => one.isError);
  return (
    <div className={styles.page}>
      <header className={styles.top}>
        <div>
          <h1>{t("watch.title")}</h1>
          <p>{t("watch.hint")}</p>
        </div>
        {watched.length > 1 && shown && (
          <ChoiceBlank
            label={t("watch.object")}
            value={shown.object}
            options={objects
              .filter(({ name }) => watched.some(({ object }) => object === name))
              .map(({ name, label }) => ({ key: name, label }))}
            onChange={(object) => void navigate({ to: ".", search: { object } })}
          />
        )}
      </header>
      {shown ? (
        <Watched key={shown.object} dealing={shown} />
      ) : asked.some((one) => one.isPending) ? (
        <Skeleton lines={8} />
      ) : failed && asked.every((one) => one.isError) ? (
        <ErrorState
          error={failed.error}
          onRetry={() => asked.forEach((one) => void one.refetch())}
        />
      ) : (
        <Empty title={t("watch.none")} hint={t("watch.none_hint")} icon={<Shuffle size={22} />} />
      )}
    </div>
  );
}
