/** The two languages of the interface; a catalog is fetched when it is chosen. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { recall, remember } from "@/shared/storage";
import type zh from "./zh-CN.json";

export const LOCALES = ["zh-CN", "en-US"] as const;
export type Locale = (typeof LOCALES)[number];
export type Words = typeof zh;

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "words";
    resources: { words: Words };
  }
}

const catalogs: Record<Locale, () => Promise<{ default: unknown }>> = {
  "zh-CN": () => import("./zh-CN.json"),
  "en-US": () => import("./en-US.json"),
};

export function isLocale(text: string | null | undefined): text is Locale {
  return LOCALES.includes(text as Locale);
}

let locale: Locale = "zh-CN";

export function currentLocale(): Locale {
  return locale;
}

/** Switch the interface to a language and keep it for the next visit. */
export async function setLocale(next: Locale): Promise<void> {
  if (!i18next.hasResourceBundle(next, "words")) {
    i18next.addResourceBundle(next, "words", (await catalogs[next]()).default);
  }
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
