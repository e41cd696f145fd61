/** A test message to oneself: whether notices arrive is seen here, and why they don't. */
import { CircleAlert, CircleCheck, Send } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/shared/ui/Button";
import { useErrorText } from "@/shared/ui/States";
import styles from "./Preferences.module.css";
import { useTryOut, type Tried } from "./preferences";

function Result({ tried, address }: { tried: Tried; address: string }) {
  const { t } = useTranslation();
  if (tried.delivered) {
    return (
      <p className={styles.arrived} role="status">
        <CircleCheck size={15} aria-hidden />
        {t("preferences.test_done", { address })}
      </p>
    );
  }
  const reason = tried.error?.message ?? "";
  return (
    <p className={styles.error} role="alert">
      <CircleAlert size={15} aria-hidden />
      {tried.status === null
        ? t("preferences.test_failed", { reason })
        : t("preferences.test_refused", { reason, status: tried.status })}
    </p>
  );
}

export function TryOut({ address }: { address: string }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const test = useTryOut();
  return (
    <div className={styles.test}>
      <Button icon={<Send size={15} />} busy={test.isPending} onClick={() => test.mutate("email")}>
        {t("preferences.test")}
      </Button>
      {test.data && <Result tried={test.data} address={address} />}
      {test.error && (
        <p className={styles.error} role="alert">
          {errorText(test.error)}
        </p>
      )}
    </div>
  );
}
