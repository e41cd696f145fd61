/** What is wrong with a body, in a list that leads to each place. */
import { useTranslation } from "react-i18next";
import styles from "./Definitions.module.css";
import { usePlaceNames } from "./places";
import type { DefinitionBody } from "@/shared/definition/form";

interface ProblemsProps {
  body: DefinitionBody;
  problems: Record<string, string>;
  onGoTo: (place: string) => void;
}

export function Problems({ body, problems, onGoTo }: ProblemsProps) {
  const { t } = useTranslation();
  const namesOf = usePlaceNames();
  const items = Object.entries(problems);
  if (items.length === 0) return null;
  return (
    <div className={styles.problems} role="group" aria-label={t("setup.problems")}>
      <strong>{t("setup.wrong", { count: items.length })}</strong>
      <ul>
        {items.map(([place, message]) => (
          <li key={place}>
            <button type="button" onClick={() => onGoTo(place)}>
              {namesOf(place, [body]).join(" › ")}
            </button>
            {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
