/** What the page of a definition and the forms of its kinds agree on. */
import type { ComponentType, LazyExoticComponent } from "react";

/** A definition's body in the shape of the app format; a form leaves alone what it doesn't know. */
export type DefinitionBody = Record<string, unknown>;

/** The page asks for key and label itself; a form asks for the rest of the body. */
export interface DefinitionFormProps {
  body: DefinitionBody;
  onChange: (next: DefinitionBody) => void;
  /** What the server says is wrong, by its place in the body: `factors[2].when`. */
  problems: Record<string, string>;
  /** Whoever may read a definition but not change it sees the same sentences without blanks to fill. */
  readonly: boolean;
}

/** The form of one kind of definition, fetched when it is first shown; a kind without one is edited as text. */
export type DefinitionForm = LazyExoticComponent<ComponentType<DefinitionFormProps>>;

/** A text in both languages. */
export interface Label {
  "zh-CN"?: string;
  "en-US"?: string;
}
