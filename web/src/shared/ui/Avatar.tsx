/** A name's letter on a colour that the name always gets. */
import styles from "./Avatar.module.css";
import { cx } from "./cx";

const COLORS = ["blue", "green", "amber", "purple", "teal"] as const;
const LATIN = /^[a-z]/i;

function colorOf(name: string): (typeof COLORS)[number] {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return COLORS[sum % COLORS.length] ?? "blue";
}

function initialOf(name: string): string {
  const first = [...name.trim()][0] ?? "?";
  return LATIN.test(first) ? first.toUpperCase() : first;
}

interface AvatarProps {
  name: string;
  square?: boolean;
  large?: boolean;
}

export function Avatar({ name, square = false, large = false }: AvatarProps) {
  return (
    <span
      aria-hidden
      className={cx(
        styles.avatar,
        styles[colorOf(name)],
        square && styles.square,
        large && styles.large,
      )}
    >
      {initialOf(name)}
    </span>
  );
}
