/** The button: one primary per view, default, ghost, danger; with a busy state. */
import { LoaderCircle } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import styles from "./Button.module.css";
import { cx } from "./cx";

export interface ButtonProps extends Omit<ComponentProps<"button">, "children"> {
  look?: "default" | "primary" | "ghost" | "danger";
  icon?: ReactNode;
  busy?: boolean;
  children?: ReactNode;
}

/** Without children it is a square icon button and needs an `aria-label`. */
export function Button(props: ButtonProps) {
  const { look = "default", icon, busy = false, children, className, disabled, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      title={rest.title ?? (children ? undefined : rest["aria-label"])}
      className={cx(
        styles.button,
        look !== "default" && styles[look],
        !children && styles.icon,
        busy && styles.busy,
        className,
      )}
    >
      {busy ? <LoaderCircle size={16} aria-hidden /> : icon}
      {children}
    </button>
  );
}
