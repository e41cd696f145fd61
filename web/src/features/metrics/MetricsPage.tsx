/** Every defined metric that one may see, and one of them closer: how it is reckoned, its trend, who stands where. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ChartNoAxesColumn, ChevronLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "@/shared/api/queries";
import type { MetricDef } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { DAY } from "@/shared/format/times";
import { dateFormat } from "@/shared/format/intl";
import { useIsPhone } from "@/shared/media";
import { useNow } from "@/shared/tick";
import { Button } from "@/shared/ui/Button";
import { Segments } from "@/shared/ui/Segments";
import { Empty, SkeletonBar } from "@/shared/ui/States";
import { useTitle } from "@/shared/ui/title";
import { metricQuery } from "./api";
import { Detail } from "./Detail";
import styles from "./Metrics.module.css";
import { SPANS, type MetricSearch, type Span } from "./search";
import { useFigure } from "./useFigure";
import { Verdict } from "./Verdict";

const USUAL_SPAN: Span = 30;

interface TileProps {
  metric: MetricDef;
  from: string;
  current: boolean;
  onOpen: () => void;
}

function Tile({ metric, from, current, onOpen }: TileProps) {
  const { t } = useTranslation();
  const figure = useFigure(metric.unit);
  const found = useQuery(metricQuery(metric.metric, { from }));
  const [whole] = found.data?.groups ?? [];
  return (
    <li>
      <button
        type="button"
        className={styles.tile}
        aria-current={current ? "true" : undefined}
        onClick={onOpen}
      >
        <span className={styles.name}>{metric.label}</span>
        <Verdict group={whole} />
        <strong>
          {found.isPending ? (
            <SkeletonBar width="72px" />
          ) : found.data ? (
            figure(whole?.value)
          ) : (
            t("metrics.failed")
          )}
        </strong>
        {whole?.crossed && metric.look && <span className={styles.look}>{metric.look}</span>}
      </button>
    </li>
  );
}

/** The first day of the span, on the company's calendar. */
function useSince(span: Span): string {
  const { zone } = useFormat();
  const now = useNow();
  return dateFormat("en-CA", { timeZone: zone }).format(now - (span - 1) * DAY);
}

export function MetricsPage() {
  const { t } = useTranslation();
  useTitle(t("nav.metrics"));
  const navigate = useNavigate();
  const phone = useIsPhone();
  const search: MetricSearch = useSearch({ strict: false });
  const metrics = useCatalog()?.metrics ?? [];
  const span = search.span ?? USUAL_SPAN;
  const from = useSince(span);
  const asked = metrics.find((one) => one.metric === search.metric);
  // A phone shows either the list or one of them.
  const shown = asked ?? (phone ? undefined : metrics[0]);
  const ask = (next: Partial<MetricSearch>) =>
    void navigate({
      to: "/analysis/metrics",
      search: (now: MetricSearch) => ({ ...now, ...next }),
    });
  const spans = (
    <Segments
      label={t("metrics.span_label")}
      options={SPANS.map((key) => ({ key, label: t(`metrics.last.${key}`) }))}
      value={span}
      onChange={(one) => ask({ span: one })}
    />
  );
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        {phone && shown && (
          <Button
            look="ghost"
            icon={<ChevronLeft size={20} />}
            aria-label={t("metrics.back")}
            onClick={() => ask({ metric: undefined, by: undefined })}
          />
        )}
        <h1>{phone && shown ? shown.label : t("nav.metrics")}</h1>
        {spans}
      </header>
      {metrics.length === 0 ? (
        <Empty
          title={t("metrics.none")}
          hint={t("metrics.none_hint")}
          icon={<ChartNoAxesColumn size={22} />}
        />
      ) : (
        <div className={styles.columns}>
          {!(phone && shown) && (
            <ul className={styles.tiles}>
              {metrics.map((metric) => (
                <Tile
                  key={metric.metric}
                  metric={metric}
                  from={from}
                  current={metric === shown}
                  onOpen={() => ask({ metric: metric.metric, by: undefined })}
                />
              ))}
            </ul>
          )}
          {shown && (
            <Detail
              key={shown.metric}
              metric={shown}
              from={from}
              span={span}
              by={search.by}
              grain={search.grain}
              onAsk={ask}
            />
          )}
        </div>
      )}
    </div>
  );
}
