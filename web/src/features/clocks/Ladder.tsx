/** A clock's rungs on a line of time: the start, what comes before it is due, the due time, what comes after. */
import { BellRing, Flag, Play, Plus } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { listIn, put, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { useKnown } from "@/shared/definition/known";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { DurationBlank } from "@/shared/sentence/DurationBlank";
import { RemoveButton } from "@/shared/sentence/RemoveButton";
import { Sentence } from "@/shared/sentence/Sentence";
import { readSpan } from "@/shared/sentence/span";
import type { Roots, Step } from "@/shared/steps/model";
import { StepsEditor } from "@/shared/steps/StepsEditor";
import { Button } from "@/shared/ui/Button";
import { cx } from "@/shared/ui/cx";
import styles from "./Ladder.module.css";
import { offsetOf, orderOf, WALL, type Rung } from "./rungs";

const ROOTS: Roots = { clock: { started_at: "datetime", due_at: "datetime" } };

interface NodeProps {
  icon: ReactNode;
  look: "start" | "before" | "due" | "after";
  children: ReactNode;
}

function TimeNode({ icon, look, children }: NodeProps) {
  return (
    <li className={styles.node}>
      <span className={cx(styles.dot, styles[look])} aria-hidden>
        {icon}
      </span>
      <div className={styles.body}>{children}</div>
    </li>
  );
}

export function Ladder(props: DefinitionFormProps) {
  const { body, onChange, readonly } = props;
  const { t } = useTranslation();
  const rungs = listIn<Rung>(body, "rungs");
  // A rung keeps its place on the line while its moment is being written, and moves when one leaves it.
  const [order, setOrder] = useState(() => orderOf(rungs));
  const shown = order.length === rungs.length ? order : orderOf(rungs);
  const settle = () => setOrder(orderOf(rungs));
  const set = (next: Rung[]) => onChange(put(body, "rungs", next));
  const early = shown.filter((at) => offsetOf(rungs[at]!) < 0);
  const late = shown.filter((at) => offsetOf(rungs[at]!) >= 0);
  const span = readSpan(textIn(body, "target"));

  const node = (at: number) => (
    <TimeNode
      key={at}
      icon={<BellRing size={14} />}
      look={offsetOf(rungs[at]!) < 0 ? "before" : "after"}
    >
      <OneRung
        {...props}
        rung={rungs[at]!}
        at={at}
        onRung={(next) => set(rungs.map((one, i) => (i === at ? next : one)))}
        onRemove={() => set(rungs.filter((_, i) => i !== at))}
        onSettle={settle}
      />
    </TimeNode>
  );
  return (
    <div className={styles.ladder}>
      <ol>
        <TimeNode icon={<Play size={13} />} look="start">
          <strong>{t("clockforms.started")}</strong>
        </TimeNode>
        {early.map(node)}
        <TimeNode icon={<Flag size={14} />} look="due">
          <span>
            <strong>{t("clockforms.due")}</strong>{" "}
            {span && (
              <span className={styles.soft}>
                {t("clockforms.due_after", {
                  span: t(`sentence.said_${span.unit}`, { count: span.amount }),
                })}
              </span>
            )}
          </span>
        </TimeNode>
        {late.map(node)}
      </ol>
      {!readonly && (
        <Button
          icon={<Plus size={15} />}
          onClick={() => {
            const next = [...rungs, { at: "0m", do: [{ notify: "owner" }] }];
            setOrder(orderOf(next));
            set(next);
          }}
        >
          {t("clockforms.add_rung")}
        </Button>
      )}
    </div>
  );
}

interface RungProps extends DefinitionFormProps {
  rung: Rung;
  at: number;
  onRung: (next: Rung) => void;
  onRemove: () => void;
  onSettle: () => void;
}

function OneRung(props: RungProps) {
  const { body, problems, readonly, rung, at, onRung, onRemove, onSettle } = props;
  const { t } = useTranslation();
  const calendars = useKnown("calendar");
  const place = `rungs[${at}]`;
  return (
    <>
      <div className={styles.head}>
        <div onBlur={onSettle}>
          <Sentence
            words={t("clockforms.says_rung")}
            blanks={{
              at: (
                <DurationBlank
                  label={t("clockforms.rung_at")}
                  signed={{
                    before: t("clockforms.before"),
                    at: t("clockforms.at"),
                    after: t("clockforms.after"),
                  }}
                  value={textIn(rung, "at")}
                  onChange={(next) => onRung(put(rung, "at", next))}
                  error={problems[`${place}.at`] ?? problems[place]}
                  readonly={readonly}
                />
              ),
              calendar: (
                <ChoiceBlank
                  label={t("clockforms.rung_calendar")}
                  value={textIn(rung, "calendar")}
                  empty={t("clockforms.same_calendar")}
                  options={[...calendars, { key: WALL, label: t("clockforms.wall_clock") }]}
                  onChange={(next) => onRung(put(rung, "calendar", next || undefined))}
                  error={problems[`${place}.calendar`]}
                  readonly={readonly}
                />
              ),
            }}
          />
        </div>
        {!readonly && (
          <RemoveButton name={t("clockforms.rung", { number: at + 1 })} onClick={onRemove} />
        )}
      </div>
      <StepsEditor
        object={textIn(body, "on")}
        roots={ROOTS}
        steps={listIn<Step>(rung, "do")}
        onChange={(next) => onRung(put(rung, "do", next))}
        at={`${place}.do`}
        problems={problems}
        readonly={readonly}
      />
    </>
  );
}
