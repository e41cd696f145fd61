/** Where a cause is mended, for who may go there. */
import { useTranslation } from "react-i18next";
import { useMe } from "@/shared/api/queries";
import { mayRead } from "@/shared/definition/rights";
import type { Cause, Dealing } from "./api";

export interface Mend {
  to: string;
  /** Whose page, where it is about a person. */
  search?: { person: string };
  label: string;
}

/** The page of the people; what it shows of whom is its own affair. */
const PEOPLE = "/setup/people";

export function useMending(
  person: string,
  policies: Dealing["policies"],
): (cause: Cause) => Mend[] {
  const { t } = useTranslation();
  const rights = useMe()?.permissions;
  if (!rights) return () => [];
  const policy = (key: string): Mend => ({
    to: `/setup/assignment/${key}`,
    label: t("watch.mend.policy", {
      name: policies.find((one) => one.key === key)?.label ?? key,
    }),
  });
  const ofPolicies = (keys: string[] = []): Mend[] =>
    !mayRead(rights, "assignment")
      ? []
      : keys.length > 0
        ? keys.map(policy)
        : [{ to: "/setup/assignment", label: t("watch.mend.policies") }];
  const ofPerson: Mend[] = rights.people
    ? [{ to: PEOPLE, search: { person }, label: t("watch.mend.person") }]
    : [];
  return (cause) => {
    switch (cause.key) {
      case "rule":
        return ofPolicies(cause.policies);
      case "people":
        return ofPerson;
      case "room":
        return [...ofPerson, ...ofPolicies(policies.map(({ key }) => key))];
      case "filters":
        return ofPolicies(policies.map(({ key }) => key));
      case "connector":
        return mayRead(rights, "channel")
          ? (cause.names ?? []).map((name) => ({
              to: `/setup/channel/${name}`,
              label: t("watch.mend.channel", { name }),
            }))
          : [];
      case "change":
        return cause.what === "assignment" && cause.name ? ofPolicies([cause.name]) : ofPerson;
    }
  };
}
