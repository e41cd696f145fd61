/** What a kind of definition is called, and what it is for; one that this client doesn't know goes by its key. */
import { useTranslation } from "react-i18next";
import type zh from "./zh-CN.json";

type Kind = keyof typeof zh.setup.kind;

/** Kinds of which a company has one definition, under this key; it goes by the name of its kind. */
export const SINGLE: Partial<Record<string, string>> = { profile: "person", retention: "company" };

export function useKindName(kind: string): { name: string; about?: string } {
  const { t, i18n } = useTranslation();
  if (!i18n.exists(`setup.kind.${kind}`)) return { name: kind };
  return { name: t(`setup.kind.${kind as Kind}`), about: t(`setup.about.${kind as Kind}`) };
}
