/** What a phone has no tab for: every other page, and one's own settings. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "@/shared/api/queries";
import { Avatar } from "@/shared/ui/Avatar";
import { useTitle } from "@/shared/ui/title";
import styles from "./MePage.module.css";
import { OwnMenu } from "./OwnMenu";
import { usePages } from "./usePages";

export function MePage() {
  const { t } = useTranslation();
  useTitle(t("nav.me"));
  const me = useMe();
  const pages = usePages();
  return (
    <div className={styles.page}>
      <h1>
        <Avatar name={me?.person.name ?? ""} large />
        {me?.person.name}
      </h1>
      <nav className={styles.pages} aria-label={t("nav.me")}>
        {pages.map(({ key, label, icon, link }) => (
          <Link key={key} {...link} className={styles.link}>
            {icon}
            <span>{label}</span>
          </Link>
        ))}
      </nav>
      <div className={styles.card}>
        <OwnMenu onDone={() => undefined} />
      </div>
    </div>
  );
}
