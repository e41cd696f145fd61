/** The round icon of a notice: what kind it is by shape, how grave by colour. */
import { BellRing, Flame, TriangleAlert } from "lucide-react";
import type { Notice } from "@/shared/api/types";
import { cx } from "@/shared/ui/cx";
import styles from "./Notices.module.css";

export function NoticeIcon({ level }: Pick<Notice, "level">) {
  const Icon = level === "danger" ? Flame : level === "warning" ? TriangleAlert : BellRing;
  return (
    <span className={cx(styles.icon, level && level !== "info" && styles[level])} aria-hidden>
      <Icon size={16} />
    </span>
  );
}
