/** Puts a text on the clipboard and says whether that worked. */
import { Copy } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { showToast } from "./toast";

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { t } = useTranslation();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      showToast(t("do.copied"));
    } catch {
      // A browser may forbid it, and has no clipboard without https.
      showToast(t("do.not_copied"), "failed");
    }
  };
  return (
    <Button icon={<Copy size={15} />} onClick={() => void copy()}>
      {label ?? t("do.copy")}
    </Button>
  );
}
