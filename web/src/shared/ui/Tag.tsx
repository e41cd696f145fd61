/** A word on a tinted ground; the colour only supports the word. */
import type { ReactNode } from "react";
import { cx } from "./cx";
import styles from "./Tag.module.css";

export const TAG_COLORS = ["gray", "blue", "green", "amber", "red", "purple", "teal"] as const;
export type TagColor = (typeof TAG_COLORS)[number];

export function tagColor(name: string | null | undefined): TagColor {
  return TAG_COLORS.find((one) => one === name) ?? "gray";
}

interface TagProps {
  color?: TagColor;
  dot?: boolean;
  icon?: ReactNode;
  title?: string;
  children: ReactNode;
}

export function Tag({ color = "gray", dot = false, icon, title, children }: TagProps) {
  return (
    <span className={cx(styles.tag, styles[color])} title={title}>
      {dot && <span className={styles.dot} aria-hidden />}
      {icon}
      <span className={styles.word}>{children}</span>
    </span>
  );
}
