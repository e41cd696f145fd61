/** What the page of a definition and the forms of its kinds agree on. */
import type { ComponentType } from "react";

/** A definition's body in the shape of the app format; a form leaves alone what it doesn't know. */
export type DefinitionBody = Record<string, unknown>;

export interface DefinitionFormProps {
  body: DefinitionBody;
  onChange: (next: DefinitionBody) => void;
  /** What the server says is wrong, by its place in the body: `factors[2].when`. */
  problems: Record<string, string>;
  /** Whoever may read a definition but not change it sees the same sentences without blanks to fill. */
  readonly: boolean;
}

/** The form of one kind of definition; a kind without one is edited as text. */
export type DefinitionForm = ComponentType<DefinitionFormProps>;

/** A text in both languages. */
export interface Label {
  "zh-CN"?: string;
  "en-US"?: string;
}
