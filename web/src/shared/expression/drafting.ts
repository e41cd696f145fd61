/** What an expression may name beside what is published, where it is part of a definition that is being written. */
import { createContext } from "react";

export interface Drafting {
  /** Fields count as the drafts of objects say. */
  drafts?: true;
  /** An object's body as it is being written, in the place of its draft. */
  definition?: Record<string, unknown>;
}

export const Drafting = createContext<Drafting>({});
