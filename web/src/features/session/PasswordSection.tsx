/** Sets another password. */
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/shared/api/queries";
import { Button } from "@/shared/ui/Button";
import { SettingsPart } from "@/shared/ui/Settings";
import { TextField } from "@/shared/ui/TextField";
import { showToast } from "@/shared/ui/toast";
import { changePassword } from "./api";
import styles from "./SecurityPage.module.css";
import { useAsked } from "./useAsked";

const EMPTY = { password: "", next: "", again: "" };

export function PasswordSection({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const login = useMe()?.person.login;
  const { ask, busy, errors, setErrors } = useAsked("new");
  const [{ password, next, again }, setTyped] = useState(EMPTY);
  const type = (part: Partial<typeof EMPTY>) => setTyped((now) => ({ ...now, ...part }));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (next !== again) return setErrors({ again: t("security.not_the_same") });
    const done = await ask(async () => {
      await changePassword(password, next);
      return true;
    });
    if (!done) return;
    setTyped(EMPTY);
    showToast(t("security.password_changed"));
    onDone();
  };

  return (
    <SettingsPart title={t("session.password")} hint={t("security.password_hint")}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        {/* For password managers, which want to know whose it is. */}
        <input hidden readOnly name="login" autoComplete="username" value={login ?? ""} />
        <TextField
          type="password"
          label={t("security.present_password")}
          autoComplete="current-password"
          required
          value={password}
          error={errors.password}
          onChange={(text) => type({ password: text })}
        />
        <TextField
          type="password"
          label={t("security.new_password")}
          autoComplete="new-password"
          required
          value={next}
          error={errors.new}
          onChange={(text) => type({ next: text })}
        />
        <TextField
          type="password"
          label={t("security.new_again")}
          autoComplete="new-password"
          required
          value={again}
          error={errors.again}
          onChange={(text) => type({ again: text })}
        />
        <Button type="submit" look="primary" busy={busy}>
          {t("security.change_password")}
        </Button>
      </form>
    </SettingsPart>
  );
}
