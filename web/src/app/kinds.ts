/** The form of each kind of definition that has one. */
import type { ComponentType, LazyExoticComponent } from "react";
import { words as roles } from "@/features/roles/words";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { lazyPart } from "@/shared/lazyPart";
import { words as sentence } from "@/shared/sentence/words";

type LazyForm = LazyExoticComponent<ComponentType<DefinitionFormProps>>;

/** By the kind's name: `scorecard: lazyPart(() => import("@/features/scoring/ScorecardForm"), "ScorecardForm", words)`. */
export const FORMS: Record<string, LazyForm> = {
  role: lazyPart(() => import("@/features/roles/RoleForm"), "RoleForm", ...[sentence, roles]),
};
