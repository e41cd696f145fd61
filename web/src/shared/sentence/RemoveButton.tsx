/** Takes one thing away from a list or a sentence. */
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/shared/ui/Button";

export function RemoveButton({ name, onClick }: { name: string; onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <Button
      look="ghost"
      icon={<X size={16} />}
      aria-label={t("sentence.remove", { name })}
      onClick={onClick}
    />
  );
}
