/** The set-up area: what may be set up at the side, the page of one of it beside; on a phone one after the other. */
import { Link, Outlet } from "@tanstack/react-router";
import { ChevronLeft, Lock } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/shared/api/queries";
import { useIsPhone } from "@/shared/media";
import { Empty } from "@/shared/ui/States";
import { useTitle } from "@/shared/ui/title";
import { SETUP, SETUP_GROUPS, type SetupEntry, type SetupGroup } from "./setup";
import styles from "./SetupFrame.module.css";

function useGroups(): { group: SetupGroup; entries: SetupEntry[] }[] {
  const rights = useMe()?.permissions;
  if (!rights) return [];
  const mine = SETUP.filter((one) => one.shown(rights));
  return SETUP_GROUPS.map((group) => ({
    group,
    entries: mine.filter((one) => one.group === group),
  })).filter(({ entries }) => entries.length > 0);
}

export function SetupFrame() {
  const { t } = useTranslation();
  const phone = useIsPhone();
  const groups = useGroups();
  if (groups.length === 0) {
    return (
      <Empty title={t("setup.nothing")} hint={t("setup.nothing_hint")} icon={<Lock size={22} />} />
    );
  }
  return (
    <div className={styles.frame}>
      {phone ? (
        <Link to="/setup" className={styles.back} activeOptions={{ exact: true }}>
          <ChevronLeft size={18} aria-hidden />
          {t("nav.setup")}
        </Link>
      ) : (
        <nav className={styles.nav} aria-label={t("nav.setup")}>
          {groups.map(({ group, entries }) => (
            <div key={group} role="group" aria-labelledby={`setup-${group}`}>
              <h2 id={`setup-${group}`}>{t(`setup.group.${group}`)}</h2>
              {entries.map(({ to, icon: Icon, label }) => (
                <Link key={to} to={to} className={styles.link}>
                  <Icon size={16} aria-hidden />
                  {t(label)}
                </Link>
              ))}
            </div>
          ))}
        </nav>
      )}
      <div className={styles.page}>
        <Outlet />
      </div>
    </div>
  );
}

export function SetupIndex() {
  const { t } = useTranslation();
  useTitle(t("nav.setup"));
  const groups = useGroups();
  return (
    <div className={styles.index}>
      <h1>{t("nav.setup")}</h1>
      {groups.map(({ group, entries }) => (
        <section key={group} aria-labelledby={`setup-all-${group}`}>
          <h2 id={`setup-all-${group}`}>{t(`setup.group.${group}`)}</h2>
          <div className={styles.cards}>
            {entries.map(({ to, icon: Icon, label, hint }) => (
              <Link key={to} to={to} className={styles.card}>
                <Icon size={18} aria-hidden />
                <div>
                  <strong>{t(label)}</strong>
                  <p>{t(hint)}</p>
                </div>
              </Link>
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}
