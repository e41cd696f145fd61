/** Whether somebody may be given records now, and if not, why. */
import { Check, Moon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Tag } from "@/shared/ui/Tag";

export function DutyTag({ away }: { away: string | null }) {
  const { t } = useTranslation();
  return away === null ? (
    <Tag color="green" icon={<Check size={12} aria-hidden />}>
      {t("people.duty_true")}
    </Tag>
  ) : (
    <Tag icon={<Moon size={12} aria-hidden />}>{away}</Tag>
  );
}
