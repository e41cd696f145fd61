/** What the screen is like: narrow as a phone, dark or light. */
import { useSyncExternalStore } from "react";

const PHONE = "(max-width: 719px)";
const DARK = "(prefers-color-scheme: dark)";

function subscribeTo(query: string) {
  return (listener: () => void) => {
    const list = matchMedia(query);
    list.addEventListener("change", listener);
    return () => list.removeEventListener("change", listener);
  };
}

const subscribePhone = subscribeTo(PHONE);

export function useIsPhone(): boolean {
  return useSyncExternalStore(subscribePhone, () => matchMedia(PHONE).matches);
}

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

let chosen: Theme = "system";
const listeners = new Set<() => void>();

function isDark(): boolean {
  return chosen === "dark" || (chosen === "system" && matchMedia(DARK).matches);
}

function show(): void {
  document.documentElement.dataset.theme = isDark() ? "dark" : "light";
  for (const listener of listeners) listener();
}

/** Choose a theme; the system's is followed while it changes. */
export function setTheme(next: Theme): void {
  chosen = next;
  show();
}

/** Begin with the theme chosen before. */
export function startTheme(next: Theme): void {
  setTheme(next);
  matchMedia(DARK).addEventListener("change", show);
}

function subscribeTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribeTheme, () => chosen);
}

export function useIsDark(): boolean {
  return useSyncExternalStore(subscribeTheme, isDark);
}
