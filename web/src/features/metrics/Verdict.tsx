/** Whether a figure keeps to its line, in a colour, an icon and a word; nothing where there is no line. */
import { CircleCheck, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Tag } from "@/shared/ui/Tag";
import type { Group } from "./api";

export function Verdict({ group }: { group: Group | undefined }) {
  const { t } = useTranslation();
  if (group?.crossed === true) {
    return (
      <Tag color="red" icon={<TriangleAlert size={13} aria-hidden />}>
        {t("metrics.crossed")}
      </Tag>
    );
  }
  if (group?.crossed === false) {
    return (
      <Tag color="green" icon={<CircleCheck size={13} aria-hidden />}>
        {t("metrics.kept")}
      </Tag>
    );
  }
  return null;
}
