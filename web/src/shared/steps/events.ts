/** What may happen to a record: the words that set off a rule and that a webhook is told of. */
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { useKnown } from "@/shared/definition/known";
import type { Choice } from "@/shared/sentence/blanks";

const EVENTS = [
  "created",
  "updated",
  "moved",
  "assigned",
  "unassigned",
  "given_back",
  "joined",
  "deleted",
] as const;
const OF_CLOCKS = ["fired", "breached", "met", "cancelled"] as const;

export function useEvents(object: string): Choice[] {
  const { t } = useTranslation();
  const operations = useObject(object)?.operations ?? [];
  const clocks = useKnown("clock", object);
  return [
    ...EVENTS.map((key) => ({ key, label: t(`steps.event_${key}`) })),
    ...operations.map(({ name, label }) => ({
      key: `operation:${name}`,
      label: t("steps.event_operation", { name: label }),
    })),
    ...clocks.flatMap(({ key, label }) =>
      OF_CLOCKS.map((what) => ({
        key: `clock.${what}:${key}`,
        label: t(`steps.event_${what}`, { name: label }),
      })),
    ),
  ];
}
