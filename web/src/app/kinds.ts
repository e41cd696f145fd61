/** The form of each kind of definition that has one, and what a new definition starts with. */
import type { DefinitionBody, DefinitionForm } from "@/shared/definition/form";

/** By the kind's name: `scorecard: lazyPart(() => import("@/features/scoring/ScorecardForm"), "ScorecardForm", words)`. */
export const FORMS: Record<string, DefinitionForm> = {};

/**
 * What stands in the body of a new definition besides its key and label. A key whose value is an empty text is asked
 * for by the server when the draft is kept, so a start needn't be complete.
 */
export const STARTS: Record<string, DefinitionBody> = {};
