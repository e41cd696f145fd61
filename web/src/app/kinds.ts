/** The form of each kind of definition that has one, and what a new definition starts with. */
import i18next from "i18next";
import type { Start } from "@/features/definitions/DefinitionPage";
import { words as assign } from "@/features/assign/words";
import { words as calendars } from "@/features/calendars/words";
import { words as channels } from "@/features/channels/words";
import { words as clocks } from "@/features/clocks/words";
import { words as metrics } from "@/features/metrics/formWords/words";
import { words as objects } from "@/features/objects/words";
import { words as operations } from "@/features/operations/words";
import { words as playbooks } from "@/features/playbooks/words";
import { words as people } from "@/features/people/words";
import { words as retention } from "@/features/retention/words";
import { words as roles } from "@/features/roles/words";
import { words as rules } from "@/features/rules/words";
import { words as scoring } from "@/features/scoring/words";
import { words as stages } from "@/features/stages/words";
import { words as views } from "@/features/views/words";
import { words as webhooks } from "@/features/webhooks/words";
import { typedLabel } from "@/shared/definition/body";
import type { DefinitionForm } from "@/shared/definition/form";
import { lazyPart } from "@/shared/lazyPart";
import { words as plan } from "@/shared/plan/words";
import { words as reckoning } from "@/shared/reckoning/words";
import { words as sentence } from "@/shared/sentence/words";
import { words as steps } from "@/shared/steps/words";

/** By the kind's name. */
export const FORMS: Record<string, DefinitionForm> = {
  assignment: lazyPart(
    () => import("@/features/assign/AssignmentForm"),
    "AssignmentForm",
    ...[sentence, assign],
  ),
  metric: lazyPart(
    () => import("@/features/metrics/MetricForm"),
    "MetricForm",
    ...[sentence, metrics],
  ),
  playbook: lazyPart(
    () => import("@/features/playbooks/PlaybookForm"),
    "PlaybookForm",
    ...[sentence, playbooks],
  ),
  scorecard: lazyPart(
    () => import("@/features/scoring/ScorecardForm"),
    "ScorecardForm",
    ...[sentence, scoring],
  ),
  rule: lazyPart(
    () => import("@/features/rules/RuleForm"),
    "RuleForm",
    ...[sentence, steps, rules],
  ),
  clock: lazyPart(
    () => import("@/features/clocks/ClockForm"),
    "ClockForm",
    ...[sentence, steps, reckoning, clocks],
  ),
  calendar: lazyPart(
    () => import("@/features/calendars/CalendarForm"),
    "CalendarForm",
    ...[sentence, reckoning, calendars],
  ),
  operation: lazyPart(
    () => import("@/features/operations/OperationForm"),
    "OperationForm",
    ...[sentence, steps, operations],
  ),
  pipeline: lazyPart(
    () => import("@/features/stages/PipelineForm"),
    "PipelineForm",
    ...[sentence, steps, stages],
  ),
  channel: lazyPart(
    () => import("@/features/channels/ChannelForm"),
    "ChannelForm",
    ...[sentence, channels],
  ),
  object: lazyPart(
    () => import("@/features/objects/ObjectForm"),
    "ObjectForm",
    ...[sentence, steps, plan, objects],
  ),
  options: lazyPart(
    () => import("@/features/objects/OptionListForm"),
    "OptionListForm",
    ...[sentence, objects],
  ),
  board: lazyPart(() => import("@/features/views/BoardForm"), "BoardForm", ...[sentence, views]),
  view: lazyPart(() => import("@/features/views/ViewForm"), "ViewForm", ...[sentence, views]),
  webhook: lazyPart(
    () => import("@/features/webhooks/WebhookForm"),
    "WebhookForm",
    ...[sentence, steps, webhooks],
  ),
  profile: lazyPart(
    () => import("@/features/people/ProfileForm"),
    "ProfileForm",
    ...[sentence, people],
  ),
  retention: lazyPart(
    () => import("@/features/retention/RetentionForm"),
    "RetentionForm",
    ...[sentence, retention],
  ),
  role: lazyPart(() => import("@/features/roles/RoleForm"), "RoleForm", ...[sentence, roles]),
};

/**
 * What stands in the body of a new definition besides its key and label. A key whose value is an empty text is asked
 * for by the server when the draft is kept, so a start needn't be complete.
 */
export const STARTS: Record<string, Start> = {
  assignment: { on: "", to: {} },
  metric: { on: "", of: "count()" },
  playbook: { on: "", beside: "", contacts: [] },
  scorecard: { on: "", factors: [], bands: {} },
  rule: { on: "", after: "created", do: [{ notify: "owner" }] },
  clock: { on: "", start: "created", met: "", target: "30m", rungs: [] },
  calendar: { public: "china", hours: ["09:00-12:00", "13:30-18:00"] },
  operation: { on: "", do: [] },
  pipeline: { on: "", stages: [] },
  channel: { on: "" },
  webhook: { on: "", url: "" },
  role: { objects: {} },
  options: { values: {} },
  profile: { attributes: {} },
  view: { on: "", columns: [] },
  board: { on: "", lights: [] },
  object: () => ({
    title: "name",
    fields: {
      name: {
        type: "text",
        label: typedLabel(i18next.t("setup.new.title_field")),
        core: true,
        required: true,
      },
    },
    search: ["name"],
  }),
};
