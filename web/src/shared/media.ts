/** What the screen is like: narrow as a phone, touched, dark or light. */
import { useSyncExternalStore } from "react";

const PHONE = "(max-width: 719px)";
const TOUCH = "(pointer: coarse)";
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

const subscribeTouch = subscribeTo(TOUCH);

/** Whether it is worked by finger in the first place. */
export function useIsTouch(): boolean {
  return useSyncExternalStore(subscribeTouch, () => matchMedia(TOUCH).matches);
}

export const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

/** How much larger than usual text is drawn. */
export const TEXT_SCALES = [1, 1.15, 1.3] as const;
export type TextScale = (typeof TEXT_SCALES)[number];

let scale: TextScale = 1;

/** Every size of text in the style sheets is multiplied by it (see vite.config.ts). */
export function setTextScale(next: number): void {
  scale = TEXT_SCALES.find((one) => one === next) ?? 1;
  document.documentElement.style.setProperty("--text-scale", String(scale));
  for (const listener of listeners) listener();
}

let chosen: Theme = "system";
const listeners = new Set<() => void>();

function isDark(): boolean {
  return chosen === "dark" || (chosen === "system" && matchMedia(DARK).matches);
}

const BAR_COLORS = { light: "#ffffff", dark: "#131519" };

function show(): void {
  const theme = isDark() ? "dark" : "light";
  document.documentElement.dataset.theme = theme;
  // The browser's own bar goes with the chosen theme, which may not be the system's.
  for (const bar of document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")) {
    bar.content = BAR_COLORS[theme];
  }
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

export function useTextScale(): TextScale {
  return useSyncExternalStore(subscribeTheme, () => scale);
}
