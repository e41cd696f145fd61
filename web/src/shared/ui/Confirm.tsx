/** Asks before something that can't be taken back or that everybody will feel, and says what will follow. */
import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { Sheet } from "./Overlay";
import styles from "./TextField.module.css";

interface ConfirmProps {
  label: string;
  text: string;
  look?: "danger" | "primary";
  busy: boolean;
  error?: string;
  onConfirm: () => void;
  onClose: () => void;
}

export function Confirm({
  label,
  text,
  look = "danger",
  busy,
  error,
  onConfirm,
  onClose,
}: ConfirmProps) {
  const { t } = useTranslation();
  return (
    <Sheet
      kind="dialog"
      label={label}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("do.cancel")}</Button>
          <Button look={look} busy={busy} data-autofocus onClick={onConfirm}>
            {label}
          </Button>
        </>
      }
    >
      <p>{text}</p>
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </Sheet>
  );
}
