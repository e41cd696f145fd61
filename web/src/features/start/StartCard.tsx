/** The invitation to the guided start, for whoever may define; it goes away when all is done or it is put away. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Rocket, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import type { ObjectDef } from "@/shared/api/types";
import { recall, remember } from "@/shared/storage";
import { useFormat } from "@/shared/format/useFormat";
import { Button } from "@/shared/ui/Button";
import { objectOf, scorecardQuery, useCourse, type Definition } from "./api";
import styles from "./Start.module.css";

const HIDDEN = "start.hidden";

function Card({
  scorecard,
  object,
  onHide,
}: {
  scorecard: Definition;
  object: ObjectDef;
  onHide: () => void;
}) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const { done, loading, error } = useCourse(scorecard);
  const steps = Object.values(done);
  const count = steps.filter(Boolean).length;
  if (loading || error || count === steps.length) return null;
  return (
    <aside className={styles.card}>
      <Rocket size={18} aria-hidden />
      <div>
        <strong>{t("start.card.title", { object: object.label_plural ?? object.label })}</strong>
        {count > 0 && (
          <p className={styles.mute}>
            {t("start.progress", { done: number(count), total: number(steps.length) })}
          </p>
        )}
      </div>
      <Link to="/start" className={styles.go}>
        {t(count > 0 ? "start.card.on" : "start.card.go")}
      </Link>
      <Button
        look="ghost"
        icon={<X size={16} aria-hidden />}
        aria-label={t("start.card.hide")}
        onClick={onHide}
      />
    </aside>
  );
}

export function StartCard() {
  const [hidden, setHidden] = useState(() => recall(HIDDEN, false));
  const scorecard = useQuery({ ...scorecardQuery, enabled: !hidden });
  const object = useObject(scorecard.data ? objectOf(scorecard.data) : "");
  if (hidden || !scorecard.data || !object) return null;
  const hide = () => {
    remember(HIDDEN, true);
    setHidden(true);
  };
  return <Card scorecard={scorecard.data} object={object} onHide={hide} />;
}
