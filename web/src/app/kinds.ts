/** The form of each kind of definition that has one. */
import type { ComponentType, LazyExoticComponent } from "react";
import { words as assign } from "@/features/assign/words";
import { words as calendars } from "@/features/calendars/words";
import { words as clocks } from "@/features/clocks/words";
import { words as operations } from "@/features/operations/words";
import { words as rules } from "@/features/rules/words";
import { words as scoring } from "@/features/scoring/words";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { lazyPart } from "@/shared/lazyPart";
import { words as reckoning } from "@/shared/reckoning/words";
import { words as sentence } from "@/shared/sentence/words";
import { words as steps } from "@/shared/steps/words";
import { words as stages } from "@/features/stages/words";

type LazyForm = LazyExoticComponent<ComponentType<DefinitionFormProps>>;

/** By the kind's name: `scorecard: lazyPart(() => import("@/features/scoring/ScorecardForm"), "ScorecardForm", words)`. */
export const FORMS: Record<string, LazyForm> = {
  assignment: lazyPart(
    () => import("@/features/assign/AssignmentForm"),
    "AssignmentForm",
    ...[sentence, assign],
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
};
