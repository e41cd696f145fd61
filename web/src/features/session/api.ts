/** Signing in and out, and what keeps an account safe. */
import { queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { Page } from "@/shared/api/types";
import type { Locale } from "@/shared/i18n";

/** `otp` is a one-time code, or one of the recovery codes. */
export function signIn(login: string, password: string, otp?: string): Promise<void> {
  return api("/session", { method: "POST", body: { login, password, otp } });
}

export function signOut(): Promise<void> {
  return api("/session", { method: "DELETE" });
}

export function saveLocale(locale: Locale): Promise<void> {
  return api("/me", { method: "PATCH", body: { locale } });
}

export function changePassword(password: string, next: string): Promise<void> {
  return api("/me/password", { method: "PUT", body: { password, new: next } });
}

/** What an authenticator needs: the secret in base 32, and all of it as an `otpauth:` address. */
export interface Enrolment {
  secret: string;
  uri: string;
}

/** Begin to set up one-time codes; the password is needed where there are some already. */
export function beginCodes(password: string | undefined): Promise<Enrolment> {
  return api("/me/totp", { method: "PUT", body: { password } });
}

/** Put them into force with the first code; the answer is seen this once. */
export function confirmCodes(code: string): Promise<{ recovery_codes: string[] }> {
  return api("/me/totp", { method: "PUT", body: { code } });
}

export function endCodes(password: string): Promise<void> {
  return api("/me/totp", { method: "PUT", body: { off: true, password } });
}

export interface Session {
  id: string;
  /** How the browser names itself. */
  agent: string;
  created_at: string;
  seen_at: string | null;
  current: boolean;
}

export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => api<Page<Session>>("/me/sessions", { signal }),
});

export function endSession(id: string): Promise<void> {
  return api(`/me/sessions/${id}`, { method: "DELETE" });
}

export function endOtherSessions(): Promise<void> {
  return api("/me/sessions", { method: "DELETE" });
}
