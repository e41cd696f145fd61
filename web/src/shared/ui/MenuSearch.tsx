/** The line at the top of a menu by which its items are found. */
import menu from "./menu.module.css";

interface MenuSearchProps {
  label: string;
  value: string;
  onChange: (next: string) => void;
}

export function MenuSearch({ label, value, onChange }: MenuSearchProps) {
  return (
    <input
      className={menu.search}
      data-autofocus
      value={value}
      placeholder={label}
      aria-label={label}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
