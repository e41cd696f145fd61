/** The form of each kind of definition that has one. */
import type { ComponentType, LazyExoticComponent } from "react";
import { words as assign } from "@/features/assign/words";
import { words as scoring } from "@/features/scoring/words";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { lazyPart } from "@/shared/lazyPart";
import { words as sentence } from "@/shared/sentence/words";

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
};
