/** A metric from period to period: a line with its points, the line of what is good, and the same as a table. */
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { MetricDef } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { cx } from "@/shared/ui/cx";
import type { Group } from "./api";
import { placed } from "./chart";
import { useWidth } from "@/shared/useWidth";
import styles from "./Metrics.module.css";
import { useFigure } from "./useFigure";

const USUAL_WIDTH = 640;
const HEIGHT = 180;
/** The line of what is good is named at its right end, where no point lies over the name. */
const EDGE = { top: 12, right: 76, bottom: 26, left: 64 };
/** A name of a day and the room around it. */
const NAME_WIDTH = 56;

export function Trend({ metric, groups }: { metric: MetricDef; groups: Group[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const figure = useFigure(metric.unit);
  const title = useId();
  const [frame, width] = useWidth<HTMLElement>(USUAL_WIDTH);
  const inner = width - EDGE.left - EDGE.right;
  const known = groups.flatMap(({ period, value, crossed, records }) =>
    period !== null && value !== null
      ? [{ day: period, value: Number(value), shown: value, crossed, records }]
      : [],
  );
  const line = metric.good?.at_least ?? metric.good?.at_most;
  const box = placed(
    known,
    line === undefined ? null : Number(line),
    metric.unit,
    inner,
    HEIGHT - EDGE.top - EDGE.bottom,
  );
  const base = HEIGHT - EDGE.bottom;
  const every = Math.ceil((known.length * NAME_WIDTH) / Math.max(inner, NAME_WIDTH));
  return (
    <figure ref={frame} className={styles.trend}>
      <svg width={width} height={HEIGHT} role="img" aria-labelledby={title}>
        <title id={title}>{t("metrics.trend_of", { metric: metric.label })}</title>
        <g transform={`translate(${EDGE.left} ${EDGE.top})`}>
          {[box.top, box.top / 2, 0].map((value, i) => {
            const y = (i * (base - EDGE.top)) / 2;
            return (
              <g key={i}>
                <line x1={0} x2={inner} y1={y} y2={y} />
                <text x={-8} y={y + 4} textAnchor="end">
                  {figure(value)}
                </text>
              </g>
            );
          })}
          {box.good !== null && (
            <line className={styles.good} x1={0} x2={inner} y1={box.good} y2={box.good} />
          )}
          {box.good !== null && (
            <text className={styles.goodName} x={inner + 8} y={box.good + 4}>
              {`${metric.good?.at_least === undefined ? "≤" : "≥"} ${figure(line)}`}
            </text>
          )}
          <polyline points={box.points.map(({ x, y }) => `${x},${y}`).join(" ")} />
          {box.points.map(({ x, y, day }, i) => (
            <g key={day}>
              <circle cx={x} cy={y} r={4} className={cx(known[i]?.crossed && styles.crossed)}>
                <title>{`${format.date(day)}: ${figure(known[i]?.shown)}`}</title>
              </circle>
              {i % every === 0 && (
                <text x={x} y={base - EDGE.top + 18} textAnchor="middle">
                  {day.slice(5)}
                </text>
              )}
            </g>
          ))}
        </g>
      </svg>
      <details>
        <summary>{t("metrics.as_table")}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("metrics.period")}</th>
              <th scope="col">{metric.label}</th>
              <th scope="col">{t("metrics.records")}</th>
            </tr>
          </thead>
          <tbody>
            {known.map((one) => (
              <tr key={one.day}>
                <th scope="row">{format.date(one.day)}</th>
                <td>{figure(one.shown)}</td>
                <td>{format.number(one.records)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
