/** What every setting of a field is given. */
import type { DefinitionBody } from "@/shared/definition/form";
import type { FieldTypes, TypeFacts } from "./api";
import type { FieldBody } from "./fields";

export interface SettingProps {
  /** The whole object, whose other fields a setting may name. */
  body: DefinitionBody;
  field: FieldBody;
  facts: TypeFacts;
  types: FieldTypes;
  set: (key: string, value: unknown) => void;
  /** Put another field in this one's place. */
  replace: (next: FieldBody) => void;
  errorAt: (key: string) => string | undefined;
  readonly: boolean;
}
