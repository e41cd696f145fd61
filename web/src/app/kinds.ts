/** The form of each kind of definition that has one. */
import type { ComponentType, LazyExoticComponent } from "react";
import type { DefinitionFormProps } from "@/shared/definition/form";

type LazyForm = LazyExoticComponent<ComponentType<DefinitionFormProps>>;

/** By the kind's name: `scorecard: lazyPart(() => import("@/features/scoring/ScorecardForm"), "ScorecardForm", words)`. */
export const FORMS: Record<string, LazyForm> = {};
