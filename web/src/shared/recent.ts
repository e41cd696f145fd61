/** The records that a person opened last in this browser; another person who signs in here doesn't see them. */
import { recall, remember } from "./storage";

interface Recent {
  object: string;
  id: string;
  label: string;
}

const MOST = 8;

function nameOf(person: string): string {
  return `recent.${person}`;
}

export function recentOf(person: string): Recent[] {
  return recall<Recent[]>(nameOf(person), []);
}

export function rememberRecent(person: string, opened: Recent): void {
  const others = recentOf(person).filter((one) => one.id !== opened.id);
  remember(nameOf(person), [opened, ...others].slice(0, MOST));
}

/** Leave no names of customers behind for whoever uses the browser next. */
export function forgetRecent(person: string): void {
  remember(nameOf(person), []);
}
