/** Signing in and out. */
import { api } from "@/shared/api/client";
import type { Locale } from "@/shared/i18n";

export function signIn(login: string, password: string): Promise<void> {
  return api("/session", { method: "POST", body: { login, password } });
}

export function signOut(): Promise<void> {
  return api("/session", { method: "DELETE" });
}

export function saveLocale(locale: Locale): Promise<void> {
  return api("/me", { method: "PATCH", body: { locale } });
}
