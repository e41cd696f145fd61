/** What was changed, in the reader's words: names and values as they were asked for. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { departmentsQuery, everybodyQuery, rolesQuery, useCatalog } from "@/shared/api/queries";
import { useFormat } from "@/shared/format/useFormat";
import type { Entry } from "./api";
import styles from "./Audit.module.css";

const NAMES = [
  ...["login", "name", "city", "email", "quota_open", "quota_daily", "on_duty", "locale"],
  ...["departments", "roles", "attributes", "key", "parent", "head", "department", "calendar"],
  ...["leave", "from", "until", "to", "count", "token", "scopes", "object", "automatic", "note"],
] as const;

/** Names of what the entries name by id or key. */
function useNames(): Map<string, string> {
  const people = useQuery(everybodyQuery).data?.items ?? [];
  const departments = useQuery(departmentsQuery).data?.items ?? [];
  const roles = useQuery(rolesQuery).data?.items ?? [];
  const objects = useCatalog()?.objects ?? [];
  return new Map([
    ...objects.map((one): [string, string] => [`object ${one.name}`, one.label]),
    ...roles.map((one): [string, string] => [`roles ${one.key}`, one.label]),
    ...[...people, ...departments].map((one): [string, string] => [one.id, one.name]),
  ]);
}

export function Details({ data }: { data: Entry["data"] }) {
  const { t } = useTranslation();
  const { locale } = useFormat();
  const names = useNames();
  const nameOf = (name: string) =>
    (NAMES as readonly string[]).includes(name)
      ? t(`audit.data.${name as "login"}`, { defaultValue: name })
      : name;
  const say = (name: string, value: unknown): string => {
    if (value === null || value === "") return t("audit.data.nothing");
    if (typeof value === "boolean") return t(value ? "state.yes" : "state.no");
    if (Array.isArray(value)) {
      const parts = value.map((one) => say(name, one));
      return parts.length === 0
        ? t("audit.data.nothing")
        : new Intl.ListFormat(locale).format(parts);
    }
    if (typeof value === "object") {
      const parts = Object.entries(value as object).map(
        ([key, inner]) => `${nameOf(key)} ${say(key, inner)}`,
      );
      return parts.join(" · ");
    }
    const text = String(value);
    return names.get(`${name} ${text}`) ?? names.get(text) ?? text;
  };
  if (!data) return null;
  return (
    <dl className={styles.details}>
      {Object.entries(data).map(([name, value]) => (
        <div key={name}>
          <dt>{nameOf(name)}</dt>
          <dd>{say(name, value)}</dd>
        </div>
      ))}
    </dl>
  );
}
