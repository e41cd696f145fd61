/** Why a person may or may not do something with a record, and which of its fields they see. */
import { useQuery } from "@tanstack/react-query";
import { Check, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "@/shared/api/queries";
import type { Ref, Value } from "@/shared/api/types";
import { Form } from "@/shared/form";
import { SelectField } from "@/shared/ui/SelectField";
import { ErrorState, Skeleton } from "@/shared/ui/States";
import { Tag } from "@/shared/ui/Tag";
import { accessQuery, type Access, type Ground, type PersonItem } from "./api";
import styles from "./People.module.css";

const WORDS = ["read", "update", "delete", "assign", "merge", "clocks"] as const;
const SCOPES = ["none", "own", "department", "below", "all"] as const;
const LEVELS = ["hidden", "read", "write"] as const;

function isOneOf<T extends string>(words: readonly T[], word: string): word is T {
  return (words as readonly string[]).includes(word);
}

function GroundLine({ ground }: { ground: Ground }) {
  const { t } = useTranslation();
  const scope = ground.scope ?? "none";
  const why =
    ground.condition === undefined
      ? isOneOf(SCOPES, scope)
        ? t(`people.scope_${scope}`)
        : scope
      : (ground.condition ?? t("people.condition_unseen"));
  return (
    <li className={ground.holds ? undefined : styles.mute}>
      {ground.holds ? (
        <Check size={14} aria-label={t("people.holds")} />
      ) : (
        <X size={14} aria-label={t("people.holds_not")} />
      )}
      <span>{t("people.ground", { role: ground.role.label, why })}</span>
    </li>
  );
}

function Answer({ access, name }: { access: Access; name: string }) {
  const { t } = useTranslation();
  const read = access.actions.find((one) => one.action === "read");
  const levels = LEVELS.map((level) => ({
    level,
    fields: access.fields.filter((one) => one.level === level),
  })).filter(({ fields }) => fields.length > 0);
  return (
    <>
      <p className={styles.verdict} role="status">
        {t(read?.allowed ? "people.sees" : "people.sees_not", { name })}
        {!access.active && ` ${t("people.sees_left")}`}
      </p>
      <section>
        <h3>{t("people.actions")}</h3>
        <ul className={styles.grounds}>
          {access.actions.map((one) => (
            <li key={one.action}>
              <div className={styles.action}>
                <span>
                  {one.label ??
                    (isOneOf(WORDS, one.action) ? t(`people.may_${one.action}`) : one.action)}
                </span>
                <Tag color={one.allowed ? "green" : "gray"}>
                  {t(one.allowed ? "people.allowed" : "people.refused")}
                </Tag>
              </div>
              <ul>
                {one.grounds.map((ground, i) => (
                  <GroundLine key={i} ground={ground} />
                ))}
                {one.grounds.length === 0 && (
                  <li className={styles.mute}>{t("people.no_ground")}</li>
                )}
              </ul>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3>{t("people.fields")}</h3>
        {levels.map(({ level, fields }) => (
          <p key={level}>
            <Tag color={level === "hidden" ? "red" : level === "write" ? "green" : "gray"}>
              {t(`people.level_${level}`)}
            </Tag>{" "}
            {fields.map((one) => one.label).join(t("filter.or"))}
          </p>
        ))}
      </section>
    </>
  );
}

export function AccessTab({ person }: { person: PersonItem }) {
  const { t } = useTranslation();
  const objects = useCatalog()?.objects ?? [];
  const [object, setObject] = useState(objects[0]?.name ?? "");
  const [record, setRecord] = useState<Value>(null);
  const chosen = record as Ref | null;
  const access = useQuery({
    ...accessQuery(object, chosen?.id ?? "", person.id),
    enabled: chosen !== null,
  });
  const label = objects.find((one) => one.name === object)?.label ?? "";
  return (
    <div className={styles.parts}>
      <section>
        <p className={styles.mute}>{t("people.access_hint", { name: person.name })}</p>
        <div className={styles.pick}>
          <SelectField
            label={t("people.object")}
            value={object}
            options={objects.map((one) => ({ key: one.name, label: one.label }))}
            onChange={(next) => {
              setObject(next);
              setRecord(null);
            }}
          />
          <Form
            key={object}
            layout="stack"
            fields={[{ name: "record", label: t("people.record"), type: "relation", object }]}
            draft={{ record }}
            errors={{}}
            onChange={(_, value) => setRecord(value)}
          />
        </div>
        {!chosen && <p className={styles.mute}>{t("people.access_pick", { object: label })}</p>}
      </section>
      {chosen &&
        (access.isPending ? (
          <Skeleton lines={8} />
        ) : access.isError ? (
          <ErrorState error={access.error} onRetry={() => void access.refetch()} />
        ) : (
          <Answer access={access.data} name={person.name} />
        ))}
    </div>
  );
}
