/** Why a record stands as it does: what gave its score, why this owner, what its clocks do and when. */
import { useQuery } from "@tanstack/react-query";
import { Check, Circle, Lock, LockOpen } from "lucide-react";
import { useTranslation } from "react-i18next";
import type {
  AssignmentExplained,
  ClockExplained,
  Explanation,
  ObjectDef,
  ScoreExplained,
} from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { Avatar } from "@/shared/ui/Avatar";
import { ClockChip } from "@/shared/ui/ClockChip";
import { cx } from "@/shared/ui/cx";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { Tag } from "@/shared/ui/Tag";
import { explainQuery } from "./api";
import styles from "./Story.module.css";

function Score({ score }: { score: ScoreExplained }) {
  const { t } = useTranslation();
  const biggest = Math.max(1, ...score.factors.map((one) => Number(one.max ?? one.points)));
  return (
    <section className={styles.section}>
      <h3>
        {t("why.score_is", { total: score.total })}
        {score.grade && <Tag color="blue">{t("why.grade", { grade: score.grade })}</Tag>}
      </h3>
      <p className={styles.lead}>{t("why.score_hint")}</p>
      {score.factors.map((factor) => {
        const points = Number(factor.points);
        const share = (points / Number(factor.max ?? biggest)) * 100;
        return (
          <div key={factor.key} className={styles.factor}>
            <span>{factor.label}</span>
            <span className={styles.track} aria-hidden>
              <span
                className={styles.fill}
                style={{ width: `${Math.max(0, Math.min(100, share))}%` }}
              />
            </span>
            <span className={cx(styles.points, points === 0 && styles.zero)}>
              {points > 0 ? `+${factor.points}` : factor.points}
            </span>
            <span className={styles.reason}>
              {factor.max !== null && factor.max !== undefined && (
                <small>{t("detail.why.of_most", { most: factor.max })}</small>
              )}{" "}
              {factor.reason}
            </span>
          </div>
        );
      })}
    </section>
  );
}

function Assignment({ assignment }: { assignment: AssignmentExplained }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { chosen, candidates } = assignment;
  const policy = assignment.label ?? assignment.policy;
  // Who got it first, then who might have, then who was passed over.
  const rank = (one: AssignmentExplained["candidates"][number]) =>
    one.person.id === chosen?.id ? 0 : one.eligible ? 1 : 2;
  const ranked = candidates.toSorted((a, b) => rank(a) - rank(b));
  return (
    <section className={styles.section}>
      <h3>{chosen ? t("why.assigned_to", { name: chosen.label }) : t("why.assigned_to_nobody")}</h3>
      <p className={styles.lead}>
        {policy
          ? t("why.assigned_by", { policy, at: format.momentFull(assignment.at) })
          : format.momentFull(assignment.at)}
      </p>
      {ranked.map(({ person, eligible, reason }) => {
        const isChosen = person.id === chosen?.id;
        return (
          <div key={person.id} className={styles.candidate}>
            <Avatar name={person.label} />
            <span>{person.label}</span>
            <Tag color={isChosen ? "blue" : eligible ? "green" : "gray"}>
              {t(isChosen ? "why.chosen" : eligible ? "why.eligible" : "why.passed_over")}
            </Tag>
            <span className={styles.reason}>{reason}</span>
          </div>
        );
      })}
    </section>
  );
}

function ClockLadder({ clock }: { clock: ClockExplained }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  return (
    <div className={styles.clock}>
      <ClockChip clock={clock} named />
      <p className={styles.lead}>
        {t("why.clock_span", {
          start: format.moment(clock.started_at, now),
          due: format.moment(clock.due_at, now),
        })}
        {clock.met_at && t("why.clock_met", { at: format.moment(clock.met_at, now) })}
      </p>
      <ol className={styles.rungs}>
        {clock.rungs.map((rung) => (
          <li key={rung.at}>
            {rung.fired_at ? (
              <Check className={styles.fired} size={15} aria-label={t("why.fired")} />
            ) : (
              <Circle size={13} aria-label={t("why.not_fired")} />
            )}
            <time title={format.momentFull(rung.due_at)}>{format.moment(rung.due_at, now)}</time>
            <span>{rung.do.join(" · ")}</span>
          </li>
        ))}
      </ol>
      {clock.reckoning && clock.reckoning.lines.length > 0 && (
        <details className={styles.reckoning}>
          <summary>{t("detail.why.reckoning")}</summary>
          <ol>
            {clock.reckoning.lines.map((line, i) => (
              <li key={i}>{line}</li>
            ))}
          </ol>
        </details>
      )}
    </div>
  );
}

/** Which stages are open to it, and what the others still ask for. */
function Gates({ gates }: { gates: Explanation["gates"] }) {
  const { t } = useTranslation();
  return (
    <section className={styles.section}>
      <h3>{t("detail.why.stages")}</h3>
      <ul className={styles.gates}>
        {gates.map(({ to, label, met, unmet }) => (
          <li key={to}>
            {met ? (
              <LockOpen className={styles.fired} size={15} aria-hidden />
            ) : (
              <Lock size={15} aria-hidden />
            )}
            <span>{label}</span>
            <span className={styles.reason}>
              {met
                ? t("detail.why.open")
                : t("detail.why.shut", { missing: unmet.map((one) => one.label).join(" · ") })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function isNothing({ score, assignment, gates, clocks }: Explanation): boolean {
  return !score && !assignment && gates.length === 0 && clocks.length === 0;
}

export default function WhyTab({ object, id }: { object: ObjectDef; id: string }) {
  const { t } = useTranslation();
  const explanation = useQuery(explainQuery(object.name, id));
  if (explanation.isPending) return <Skeleton lines={8} />;
  if (explanation.isError) {
    return <ErrorState error={explanation.error} onRetry={() => void explanation.refetch()} />;
  }
  const { score, assignment, gates, clocks } = explanation.data;
  if (isNothing(explanation.data)) return <Empty title={t("why.none")} hint={t("why.none_hint")} />;
  return (
    <>
      {score && <Score score={score} />}
      {assignment && <Assignment assignment={assignment} />}
      {gates.length > 0 && <Gates gates={gates} />}
      {clocks.length > 0 && (
        <section className={styles.section}>
          <h3>{t("why.clocks")}</h3>
          {clocks.map((clock) => (
            <ClockLadder key={clock.id} clock={clock} />
          ))}
        </section>
      )}
    </>
  );
}
