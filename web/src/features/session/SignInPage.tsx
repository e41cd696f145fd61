/** The sign-in page. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { CircleAlert, Clock3, Route, ShieldCheck } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import { currentLocale, LOCALES, setLocale } from "@/shared/i18n";
import { sessionStore } from "@/shared/session";
import { Button } from "@/shared/ui/Button";
import { useErrorText } from "@/shared/ui/States";
import { useTitle } from "@/shared/ui/title";
import { signIn } from "./api";
import styles from "./SignInPage.module.css";

export function SignInPage() {
  const { t } = useTranslation();
  useTitle(t("session.title"));
  const navigate = useNavigate();
  const client = useQueryClient();
  const errorText = useErrorText();
  const { to } = useSearch({ strict: false });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const [coded, setCoded] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    setBusy(true);
    setError("");
    try {
      await signIn(text("login").trim(), text("password"), text("otp").trim() || undefined);
      sessionStore.find();
      client.clear();
      await navigate({ href: to ?? "/" });
    } catch (reason) {
      const refused = reason instanceof ApiError && reason.status === 401;
      const asksForCode = refused && reason.code === "otp_required";
      if (asksForCode) setCoded(true);
      else if (refused) setError(t(coded ? "session.code_refused" : "session.refused"));
      else setError(errorText(reason));
      setBusy(false);
    }
  };

  return (
    <main className={styles.page}>
      <section className={styles.brand}>
        <div className={styles.name}>
          <img src="/favicon.svg" alt="" />
          {t("app.name")}
        </div>
        <div className={styles.promise}>
          <h2>{t("session.promise")}</h2>
          <ul>
            <li>
              <Clock3 size={18} aria-hidden />
              {t("session.promise_clock")}
            </li>
            <li>
              <ShieldCheck size={18} aria-hidden />
              {t("session.promise_alarm")}
            </li>
            <li>
              <Route size={18} aria-hidden />
              {t("session.promise_archive")}
            </li>
          </ul>
        </div>
        <p className={styles.foot}>{t("app.license")}</p>
      </section>
      <section className={styles.side}>
        <div className={styles.languages}>
          {LOCALES.map((locale) => (
            <Button
              key={locale}
              look="ghost"
              lang={locale}
              aria-pressed={locale === currentLocale()}
              onClick={() => void setLocale(locale)}
            >
              {t(`locale.${locale}`)}
            </Button>
          ))}
        </div>
        <form className={styles.form} onSubmit={(event) => void submit(event)}>
          <h1>{t("session.title")}</h1>
          <label className={styles.field}>
            {t("session.login")}
            <input name="login" autoComplete="username" autoCapitalize="none" required autoFocus />
          </label>
          <label className={styles.field}>
            {t("session.password")}
            <input name="password" type="password" autoComplete="current-password" required />
          </label>
          {coded && (
            <label className={styles.field}>
              {t("session.code")}
              <input
                name="otp"
                inputMode="numeric"
                autoComplete="one-time-code"
                autoCapitalize="none"
                aria-describedby="code-hint"
                required
                autoFocus
              />
              <span id="code-hint" className={styles.hint}>
                {t("session.code_hint")}
              </span>
            </label>
          )}
          {error && (
            <p className={styles.error} role="alert">
              <CircleAlert size={16} aria-hidden />
              {error}
            </p>
          )}
          <Button type="submit" look="primary" busy={busy}>
            {t("session.sign_in")}
          </Button>
        </form>
      </section>
    </main>
  );
}
