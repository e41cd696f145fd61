/** How a person signs in: a new password, the second factor, being signed out everywhere. */
import { useQueryClient } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/shared/ui/Button";
import { Confirm } from "@/shared/ui/Confirm";
import { CopyText } from "@/shared/ui/CopyText";
import { Tag } from "@/shared/ui/Tag";
import { showToast } from "@/shared/ui/toast";
import { useAsked } from "@/shared/useAsked";
import {
  dropFactor,
  resetPassword,
  signOutEverywhere,
  type PersonItem,
  refreshPeople,
} from "./api";
import styles from "./People.module.css";

type Doing = "password" | "factor" | "sessions";

export function SignInTab({ person }: { person: PersonItem }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { ask, busy, errors } = useAsked("form");
  const [asking, setAsking] = useState<Doing>();
  const [password, setPassword] = useState<string>();

  const run: Record<Doing, () => Promise<void>> = {
    password: async () => setPassword((await resetPassword(person.id)).password),
    factor: () => dropFactor(person.id),
    sessions: () => signOutEverywhere(person.id),
  };
  const confirm = async (doing: Doing) => {
    const done = await ask(async () => {
      await run[doing]();
      return true;
    });
    if (!done) return;
    setAsking(undefined);
    if (doing !== "password") showToast(t(`people.did_${doing}`));
    void refreshPeople(client);
  };

  return (
    <div className={styles.parts}>
      <section>
        <h3>
          {t("people.password")}
          {person.must_change && <Tag color="amber">{t("people.must_change")}</Tag>}
        </h3>
        <p className={styles.mute}>{t("people.password_hint")}</p>
        {password ? (
          <div role="status" className={styles.stack}>
            <CopyText label={t("people.once")} text={password} hint={t("people.once_hint")} />
          </div>
        ) : (
          <Button onClick={() => setAsking("password")}>{t("people.do_password")}</Button>
        )}
      </section>
      <section>
        <h3>
          {t("people.factor")}
          <Tag
            color={person.second_factor ? "green" : "gray"}
            icon={person.second_factor && <ShieldCheck size={12} aria-hidden />}
          >
            {t(person.second_factor ? "security.on" : "security.off")}
          </Tag>
        </h3>
        <p className={styles.mute}>{t("people.factor_hint")}</p>
        {person.second_factor && (
          <Button onClick={() => setAsking("factor")}>{t("people.do_factor")}</Button>
        )}
      </section>
      <section>
        <h3>{t("people.sessions")}</h3>
        <p className={styles.mute}>{t("people.sessions_hint")}</p>
        <Button onClick={() => setAsking("sessions")}>{t("people.do_sessions")}</Button>
      </section>
      {asking && (
        <Confirm
          label={t(`people.do_${asking}`)}
          text={t(`people.sure_${asking}`, { name: person.name })}
          busy={busy}
          error={errors.form}
          onConfirm={() => void confirm(asking)}
          onClose={() => setAsking(undefined)}
        />
      )}
    </div>
  );
}
