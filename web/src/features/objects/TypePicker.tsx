/** The types of fields to choose from, in groups, each with a sign and an example. */
import { useId } from "react";
import { useTranslation } from "react-i18next";
import styles from "./TypePicker.module.css";
import { grouped, TypeIcon, useTypeWords } from "./types";

interface TypePickerProps {
  label: string;
  types: readonly string[];
  value: string;
  onChange: (type: string) => void;
}

export function TypePicker({ label, types, value, onChange }: TypePickerProps) {
  const { t } = useTranslation();
  const name = useId();
  const { nameOf, exampleOf } = useTypeWords();
  return (
    <fieldset className={styles.picker}>
      <legend>{label}</legend>
      {grouped(types).map(([group, of]) => (
        <div key={group} className={styles.group}>
          <h3>{t(`objects.group.${group}`)}</h3>
          <div className={styles.types}>
            {of.map((type) => (
              <label key={type} className={styles.type}>
                <input
                  type="radio"
                  name={name}
                  value={type}
                  checked={type === value}
                  onChange={() => onChange(type)}
                />
                <TypeIcon type={type} />
                <span>
                  <strong>{nameOf(type)}</strong>
                  <small>{exampleOf(type)}</small>
                </span>
              </label>
            ))}
          </div>
        </div>
      ))}
    </fieldset>
  );
}
