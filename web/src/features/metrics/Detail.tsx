/** One metric: what it is, where to look when its line is crossed, its trend, and the groups behind it. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronRight, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useCatalog, useObject } from "@/shared/api/queries";
import type { MetricDef, ObjectDef, Ref } from "@/shared/api/types";
import { withLabels } from "@/shared/expression/inWords";
import { useFormat } from "@/shared/format/useFormat";
import { Segments } from "@/shared/ui/Segments";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { metricQuery, type Group } from "./api";
import { drillOf } from "./drill";
import styles from "./Metrics.module.css";
import { GRAINS, type Grain, type MetricSearch, type Span } from "./search";
import { Trend } from "./Trend";
import { useFigure } from "./useFigure";
import { Verdict } from "./Verdict";

const USUAL_GRAIN: Record<Span, Grain> = { 7: "day", 30: "day", 90: "week", 365: "month" };

interface DetailProps {
  metric: MetricDef;
  from: string;
  span: Span;
  by: string | undefined;
  grain: Grain | undefined;
  onAsk: (next: Partial<MetricSearch>) => void;
}

function useNameOf(object: ObjectDef | undefined, by: string) {
  const { t } = useTranslation();
  const options = object?.fields.find((one) => one.name === by)?.options;
  return (value: Ref | string | null | undefined): string => {
    if (value === null || value === undefined) return t("metrics.empty");
    if (typeof value !== "string") return value.label;
    return options?.find((one) => one.key === value)?.label ?? value;
  };
}

interface RowsProps extends Pick<DetailProps, "metric" | "from"> {
  by: string;
  groups: Group[];
  label: string;
}

function Rows({ metric, from, by, groups, label }: RowsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const object = useObject(metric.object);
  const nameOf = useNameOf(object, by);
  const figure = useFigure(metric.unit);
  const highest = Math.max(0, ...groups.map((one) => Number(one.value ?? 0)));
  return (
    <table className={styles.groups}>
      <thead>
        <tr>
          <th scope="col">{metric.by.find((one) => one.key === by)?.label}</th>
          <th scope="col">{metric.label}</th>
          <th scope="col">{t("metrics.records")}</th>
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => {
          const value = group.key[by] ?? null;
          const name = nameOf(value);
          const drill = object && drillOf(object, metric, from, label, { by, value });
          return (
            <tr key={typeof value === "string" ? value : (value?.id ?? "")}>
              <th scope="row">{name}</th>
              <td>
                <span className={styles.value}>
                  {figure(group.value)}
                  <Verdict group={group} />
                </span>
                {highest > 0 && (
                  <span className={styles.bar} aria-hidden>
                    <i style={{ width: `${(Number(group.value ?? 0) / highest) * 100}%` }} />
                  </span>
                )}
              </td>
              <td>
                {drill ? (
                  <Link
                    to="/o/$object"
                    params={{ object: metric.object }}
                    search={drill}
                    aria-label={t("metrics.records_of", { name, count: group.records })}
                  >
                    {format.number(group.records)}
                    <ChevronRight size={14} aria-hidden />
                  </Link>
                ) : (
                  format.number(group.records)
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

export function Detail({ metric, from, span, by: asked, grain: wanted, onAsk }: DetailProps) {
  const { t } = useTranslation();
  const object = useObject(metric.object);
  const catalog = useCatalog();
  const written = (source: string) =>
    catalog ? withLabels(source, metric.object, catalog) : source;
  const figure = useFigure(metric.unit);
  const by = metric.by.find((one) => one.key === asked)?.key ?? metric.by[0]?.key;
  const grain = wanted ?? USUAL_GRAIN[span];
  const whole = useQuery(metricQuery(metric.metric, { from }));
  const trend = useQuery(metricQuery(metric.metric, { from, grain }));
  const groups = useQuery({
    ...metricQuery(metric.metric, { from, by }),
    enabled: by !== undefined,
  });
  const [all] = whole.data?.groups ?? [];
  const label = `${metric.label} · ${t(`metrics.last.${span}`)}`;
  const drill = object && drillOf(object, metric, from, label);
  const { at_least: least, at_most: most } = metric.good ?? {};
  return (
    <article className={styles.detail}>
      <header className={styles.about}>
        <h2>{metric.label}</h2>
        <Verdict group={all} />
        {drill && (
          <Link to="/o/$object" params={{ object: metric.object }} search={drill}>
            {t("metrics.to_records", { object: object.label_plural ?? object.label })}
            <ChevronRight size={14} aria-hidden />
          </Link>
        )}
      </header>
      {all?.crossed && metric.look && (
        <p className={styles.alarm}>
          <TriangleAlert size={16} aria-hidden />
          {t("metrics.look", { look: metric.look })}
        </p>
      )}
      <dl className={styles.facts}>
        <div>
          <dt>{t("metrics.now")}</dt>
          <dd className={styles.big}>{figure(all?.value)}</dd>
        </div>
        <div>
          <dt>{t("metrics.good")}</dt>
          <dd>
            {least !== undefined && t("metrics.at_least", { value: figure(least) })}
            {most !== undefined && t("metrics.at_most", { value: figure(most) })}
            {!metric.good && t("metrics.no_line")}
          </dd>
        </div>
        <div className={styles.formula}>
          <dt>{t("metrics.formula")}</dt>
          <dd>
            <code title={metric.formula}>{written(metric.formula)}</code>
            {metric.when && (
              <>
                <span>{t("metrics.when")}</span>
                <code title={metric.when}>{written(metric.when)}</code>
              </>
            )}
          </dd>
        </div>
      </dl>
      <section aria-label={t("metrics.trend")}>
        <div className={styles.bar_head}>
          <h3>{t("metrics.trend")}</h3>
          <Segments
            label={t("metrics.grain_label")}
            options={GRAINS.map((key) => ({ key, label: t(`metrics.grain.${key}`) }))}
            value={grain}
            onChange={(one) => onAsk({ grain: one })}
          />
        </div>
        {trend.isPending ? (
          <Skeleton lines={5} />
        ) : !trend.data ? (
          <ErrorState error={trend.error} onRetry={() => void trend.refetch()} />
        ) : trend.data.groups.every((one) => one.value === null) ? (
          <Empty small title={t("metrics.no_value")} hint={t("metrics.no_records_hint")} />
        ) : (
          <Trend metric={metric} groups={trend.data.groups} />
        )}
      </section>
      {by && (
        <section aria-label={t("metrics.groups")}>
          <div className={styles.bar_head}>
            <h3>{t("metrics.groups")}</h3>
            <Segments
              label={t("metrics.by_label")}
              options={metric.by}
              value={by}
              onChange={(one) => onAsk({ metric: metric.metric, by: one })}
            />
          </div>
          {groups.isPending ? (
            <Skeleton lines={5} />
          ) : !groups.data ? (
            <ErrorState error={groups.error} onRetry={() => void groups.refetch()} />
          ) : groups.data.groups.length === 0 ? (
            <Empty small title={t("metrics.no_records")} hint={t("metrics.no_records_hint")} />
          ) : (
            <Rows metric={metric} from={from} by={by} groups={groups.data.groups} label={label} />
          )}
        </section>
      )}
    </article>
  );
}
