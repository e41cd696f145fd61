/** The blank for any number of several: a button that says what is chosen and opens the list of them. */
import { useTranslation } from "react-i18next";
import menu from "@/shared/ui/menu.module.css";
import { Popover } from "@/shared/ui/Popover";
import type { Choice } from "./blanks";
import styles from "./Sentence.module.css";

interface SeveralBlankProps {
  label: string;
  value: readonly string[];
  options: Choice[];
  onChange: (next: string[]) => void;
  error?: string;
  readonly?: boolean;
  /** What choosing none is called. */
  empty?: string;
}

export function SeveralBlank(props: SeveralBlankProps) {
  const { label, value, options, onChange, error, readonly, empty } = props;
  const { t } = useTranslation();
  const nameOf = (key: string) => options.find((one) => one.key === key)?.label ?? key;
  const text = value.map(nameOf).join(t("sentence.and"));
  if (readonly) return <span className={styles.said}>{text || (empty ?? t("state.none"))}</span>;
  const unknown = value.filter((key) => !options.some((one) => one.key === key));
  const all = [...options, ...unknown.map((key) => ({ key, label: key }))];
  return (
    <span className={styles.blank}>
      <Popover
        label={label}
        button={(anchor) => (
          <button
            type="button"
            className={styles.several}
            aria-label={`${label}: ${text || (empty ?? t("form.choose"))}`}
            {...anchor}
          >
            {text || (empty ?? t("form.choose"))}
          </button>
        )}
      >
        {() =>
          all.map((one) => (
            <label key={one.key} className={menu.item}>
              <input
                type="checkbox"
                checked={value.includes(one.key)}
                onChange={(event) =>
                  onChange(
                    event.target.checked
                      ? [...value, one.key]
                      : value.filter((key) => key !== one.key),
                  )
                }
              />
              <span className={menu.grow}>{one.label}</span>
            </label>
          ))
        }
      </Popover>
      {error && (
        <span className={styles.error} role="alert">
          {error}
        </span>
      )}
    </span>
  );
}
