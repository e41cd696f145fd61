/** The page of a definition with the forms of all kinds. */
import { DefinitionPage } from "@/features/definitions/DefinitionPage";
import { FORMS, STARTS } from "./kinds";

export function EditorPage() {
  return <DefinitionPage forms={FORMS} starts={STARTS} />;
}
