/** A sample payload and, as one types, what it would become: fields, what is kept beside, duplicates, what is wrong. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleX, GitMerge } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import type { ObjectDef } from "@/shared/api/types";
import { listIn, partOf, textIn } from "@/shared/definition/body";
import type { DefinitionBody } from "@/shared/definition/form";
import { FormPart } from "@/shared/sentence/FormPart";
import { FieldValue, isBlank } from "@/shared/ui/FieldValue";
import { Skeleton, useErrorText } from "@/shared/ui/States";
import { Tag } from "@/shared/ui/Tag";
import { useSettled } from "@/shared/useSettled";
import { trialQuery, type Told, type Trial } from "./api";
import styles from "./Channels.module.css";

/** Long enough that not every letter is asked for. */
const PAUSE = 400;

/** What a payload of this channel may look like: the names that it reads, with something in them. */
function firstSample(body: DefinitionBody): string {
  const asked = listIn<unknown>(partOf(body, "form"), "fields").map((one) =>
    typeof one === "string" ? one : textIn(one as object, "field"),
  );
  const names = asked.length > 0 ? asked : listIn<string>(body, "contact");
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, ""])), null, 2);
}

function read(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
    return isMapping ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function ToldList({ items, labelOf }: { items: Told[]; labelOf: (name: string) => string }) {
  const { t } = useTranslation();
  return (
    <ul>
      {items.map((one) => (
        <li key={one.field + one.code}>
          {t("channel.told", { field: labelOf(one.field), message: one.message })}
        </li>
      ))}
    </ul>
  );
}

const LOOK = {
  created: { color: "green", Icon: CircleCheck },
  joined: { color: "blue", Icon: GitMerge },
  refused: { color: "red", Icon: CircleX },
} as const;

function Outcome({ trial, object }: { trial: Trial; object: ObjectDef | undefined }) {
  const { t } = useTranslation();
  const labelOf = (name: string) => object?.fields.find((one) => one.name === name)?.label ?? name;
  const { color, Icon } = LOOK[trial.outcome];
  const filled = (object?.fields ?? []).filter((field) => !isBlank(trial.values[field.name]));
  const extra = Object.entries(trial.extra);
  return (
    <>
      <p role="status">
        <Tag color={color} icon={<Icon size={13} aria-hidden />}>
          {t(`channel.outcome_${trial.outcome}`, { object: object?.label ?? trial.object })}
        </Tag>
      </p>
      {trial.errors.length > 0 && (
        <section className={styles.wrong}>
          <h3>{t("channel.errors")}</h3>
          <ToldList items={trial.errors} labelOf={labelOf} />
        </section>
      )}
      {filled.length > 0 && (
        <section>
          <h3>{t("channel.values")}</h3>
          <dl className={styles.facts}>
            {filled.map((field) => (
              <div key={field.name}>
                <dt>{field.label}</dt>
                <dd>
                  <FieldValue field={field} value={trial.values[field.name]} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {trial.notes.length > 0 && (
        <section>
          <h3>{t("channel.notes")}</h3>
          <ToldList items={trial.notes} labelOf={labelOf} />
        </section>
      )}
      {extra.length > 0 && (
        <section>
          <h3>{t("channel.extra")}</h3>
          <dl className={styles.facts}>
            {extra.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {trial.duplicates.length > 0 && (
        <section>
          <h3>{t("channel.duplicates")}</h3>
          <ul>
            {trial.duplicates.map((one, i) => (
              <li key={i}>
                {one.id ? (
                  <Link
                    to="/o/$object/records/$id"
                    params={{ object: one.object, id: one.id }}
                    className={styles.link}
                  >
                    {one.label ?? t("record.untitled")}
                  </Link>
                ) : (
                  t("channel.unseen")
                )}{" "}
                <span className={styles.mute}>
                  {t(one.then === "join" ? "channel.joins" : "channel.flags", {
                    field: labelOf(one.by),
                  })}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {trial.once && <p className={styles.mute}>{t("channel.once_is", { key: trial.once })}</p>}
    </>
  );
}

export function SamplePart({ body, object }: { body: DefinitionBody; object?: ObjectDef }) {
  const { t } = useTranslation();
  const id = useId();
  const errorText = useErrorText();
  const [text, setText] = useState(() => firstSample(body));
  const payload = read(text);
  const asked = useSettled(text, PAUSE);
  const settled = useSettled(body, PAUSE);
  const sample = read(asked);
  const trial = useQuery({
    ...trialQuery(textIn(body, "channel"), sample, settled),
    enabled: sample !== undefined,
  });
  const unreadable = trial.error instanceof ApiError && trial.error.status === 422;
  return (
    <FormPart title={t("channel.sample")} hint={t("channel.sample_hint")}>
      <div className={styles.sample}>
        <div className={styles.stack}>
          <label htmlFor={id} className={styles.mute}>
            {t("channel.payload")}
          </label>
          <textarea
            id={id}
            rows={10}
            spellCheck={false}
            value={text}
            aria-invalid={payload === undefined}
            aria-describedby={payload ? undefined : `${id}-wrong`}
            onChange={(event) => setText(event.target.value)}
          />
          {!payload && (
            <p id={`${id}-wrong`} className={styles.error} role="alert">
              {t("channel.not_json")}
            </p>
          )}
        </div>
        <div className={styles.outcome} aria-busy={trial.isFetching}>
          {trial.isError ? (
            <p className={styles.error} role="alert">
              {unreadable ? t("channel.unreadable") : errorText(trial.error)}
            </p>
          ) : trial.data ? (
            <Outcome trial={trial.data} object={object} />
          ) : (
            <Skeleton lines={4} />
          )}
        </div>
      </div>
    </FormPart>
  );
}
