/** What was put in force, by whom and when, the newest first. */
import { useTranslation } from "react-i18next";
import styles from "./Definitions.module.css";

export function ReleasesPage() {
  const { t } = useTranslation();
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <div>
          <h1>{t("setup.page.releases")}</h1>
          <p>{t("setup.page.releases_hint")}</p>
        </div>
      </header>
    </div>
  );
}
