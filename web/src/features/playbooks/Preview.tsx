/** The contact as it stands beside the form of the operation, with the names of fields where their values will be. */
import { ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { labelIn, listIn, said, textIn } from "@/shared/definition/body";
import { filled } from "./holes";
import styles from "./Playbooks.module.css";

type Part = Record<string, unknown>;

export function Preview({ object, contact }: { object: string; contact: Part }) {
  const { t } = useTranslation();
  const fields = useObject(object)?.fields ?? [];
  const sections = listIn<Part>(contact, "sections");
  return (
    <aside className={styles.preview} aria-label={t("playbooks.preview")}>
      <h3>{t("playbooks.preview")}</h3>
      {sections.length === 0 && <p className={styles.hint}>{t("playbooks.preview_none")}</p>}
      {sections.map((section, i) => (
        <section key={textIn(section, "key") || i}>
          <h4>{said(labelIn(section))}</h4>
          <ul>
            {listIn<Part>(section, "items").map((item, j) => (
              <li key={textIn(item, "key") || j}>
                {filled(said(labelIn(item, "text")), fields)}
                {"answer" in item && (
                  <details>
                    <summary>
                      <ChevronRight size={14} aria-hidden />
                      {t("playbook.answer")}
                    </summary>
                    <p>{filled(said(labelIn(item, "answer")), fields)}</p>
                  </details>
                )}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </aside>
  );
}
