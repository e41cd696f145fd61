/** Asks for the password over the page when a session has ended, so that nothing on the page is lost. */
import { useQueryClient } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import { sessionStore } from "@/shared/session";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import { useErrorText } from "@/shared/ui/States";
import { TextField } from "@/shared/ui/TextField";
import { signIn } from "./api";
import styles from "./SecurityPage.module.css";

interface SignInAgainProps {
  login: string;
  /** Leave the page as it is and go to the sign-in page. */
  onOther: () => void;
}

export function SignInAgain({ login, onOther }: SignInAgainProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const errorText = useErrorText();
  const form = useId();
  const [password, setPassword] = useState("");
  const [otp, setOtp] = useState("");
  const [coded, setCoded] = useState(false);
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    // Of a form beneath this one nothing is to be sent.
    event.stopPropagation();
    setBusy(true);
    setError(undefined);
    try {
      await signIn(login, password, otp.trim() || undefined);
      sessionStore.find();
      void client.invalidateQueries();
    } catch (reason) {
      const refused = reason instanceof ApiError && reason.status === 401;
      if (refused && reason.code === "otp_required") setCoded(true);
      else if (refused) setError(t(coded ? "session.code_refused" : "session.refused"));
      else setError(errorText(reason));
      setBusy(false);
    }
  };

  return (
    <Sheet
      kind="dialog"
      label={t("again.title")}
      // Closed, the page may still be read; the next thing that is refused asks again.
      onClose={sessionStore.find}
      foot={
        <>
          <Button onClick={onOther}>{t("again.other")}</Button>
          <Button look="primary" type="submit" form={form} busy={busy}>
            {t("session.sign_in")}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={(event) => void submit(event)}>
        <p>{t("again.hint")}</p>
        <TextField
          label={t("session.login")}
          autoComplete="username"
          readOnly
          value={login}
          onChange={() => undefined}
        />
        <TextField
          type="password"
          label={t("session.password")}
          autoComplete="current-password"
          required
          data-autofocus
          value={password}
          error={error}
          onChange={setPassword}
        />
        {coded && (
          <TextField
            label={t("session.code")}
            hint={t("session.code_hint")}
            inputMode="numeric"
            autoComplete="one-time-code"
            autoCapitalize="none"
            required
            autoFocus
            value={otp}
            onChange={setOtp}
          />
        )}
      </form>
    </Sheet>
  );
}
