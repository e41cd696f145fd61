/**
 * The two languages of the interface; a catalog is fetched when it is chosen. A feature that most pages do without
 * brings words of its own: its page waits for them (`bringWords`), and a change of language brings them anew.
 */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { recall, remember } from "@/shared/storage";
import type zh from "./zh-CN.json";

export const LOCALES = ["zh-CN", "en-US"] as const;
export type Locale = (typeof LOCALES)[number];
type SharedWords = typeof zh;

/** Every word there is: the shared ones, and those that features add to this interface in their `words.ts`. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- features add to it
export interface Words extends SharedWords {}

/** How the words of a feature are fetched. */
export type WordSource = Record<Locale, () => Promise<{ default: object }>>;

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "words";
    resources: { words: Words };
  }
}

const sources: WordSource[] = [
  { "zh-CN": () => import("./zh-CN.json"), "en-US": () => import("./en-US.json") },
];

export function isLocale(text: string | null | undefined): text is Locale {
  return LOCALES.includes(text as Locale);
}

let locale: Locale = "zh-CN";

export function currentLocale(): Locale {
  return locale;
}

const brought = new Set<() => Promise<{ default: object }>>();

async function fetchWords(source: WordSource, language: Locale): Promise<void> {
  const load = source[language];
  if (brought.has(load)) return;
  i18next.addResourceBundle(language, "words", (await load()).default, true);
  brought.add(load);
}

/** Fetch a feature's words in the present language, and in another one once that is chosen. */
export async function bringWords(source: WordSource): Promise<void> {
  if (!sources.includes(source)) sources.push(source);
  await fetchWords(source, locale);
}

/** Switch the interface to a language and keep it for the next visit. */
export async function setLocale(next: Locale): Promise<void> {
  await Promise.all(sources.map((source) => fetchWords(source, next)));
  locale = next;
  remember("locale", next);
  await i18next.changeLanguage(next);
  document.documentElement.lang = next;
}

/** Start with the language chosen before, else the browser's, else Chinese. */
export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: {},
    defaultNS: "words",
    ns: ["words"],
    lng: "zh-CN",
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  const chosen = recall<string | null>("locale", null);
  const english = navigator.language.toLowerCase().startsWith("en");
  await setLocale(isLocale(chosen) ? chosen : english ? "en-US" : "zh-CN");
}
