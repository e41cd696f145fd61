/** The quick entries as a sheet from below, where the thumb is. */
import { useTranslation } from "react-i18next";
import { Sheet } from "@/shared/ui/Overlay";
import { QuickList } from "./Quick";

export function QuickSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Sheet kind="dialog" label={t("desk.quick")} onClose={onClose}>
      <QuickList onChosen={onClose} />
    </Sheet>
  );
}
