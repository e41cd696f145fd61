/** The person's own menu: theme, language, sound, sign out. */
import { Link } from "@tanstack/react-router";
import {
  BellRing,
  CalendarClock,
  LogOut,
  MonitorDown,
  Settings,
  ShieldCheck,
  Volume2,
  VolumeX,
} from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/shared/api/queries";
import { maySetUp } from "@/shared/definition/rights";
import { LOCALES, currentLocale, type Locale } from "@/shared/i18n";
import {
  setTextScale,
  setTheme,
  TEXT_SCALES,
  THEMES,
  useTextScale,
  useTheme,
  type TextScale,
} from "@/shared/media";
import { remember } from "@/shared/storage";
import menu from "@/shared/ui/menu.module.css";
import { Segments } from "@/shared/ui/Segments";

const TEXT_WORDS: Record<TextScale, "usual" | "large" | "larger"> = {
  1: "usual",
  1.15: "large",
  1.3: "larger",
};

interface AccountMenuProps {
  muted: boolean;
  onMute: (muted: boolean) => void;
  onLocale: (locale: Locale) => void;
  onSignOut: () => void;
  /** Undefined where the browser doesn't offer to install. */
  onInstall: (() => void) | undefined;
  /** The menu has done its part. */
  onDone: () => void;
}

function Choice({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <div className={menu.heading} aria-hidden>
        {label}
      </div>
      <div className={menu.part}>{children}</div>
    </>
  );
}

export function AccountMenu({
  muted,
  onMute,
  onLocale,
  onSignOut,
  onInstall,
  onDone,
}: AccountMenuProps) {
  const { t } = useTranslation();
  const me = useMe();
  const theme = useTheme();
  const scale = useTextScale();
  const roles = me?.roles.map((one) => one.label).join(t("state.between"));
  return (
    <>
      <div className={menu.heading}>
        {[me?.person.name, roles, me?.departments[0]?.label].filter(Boolean).join(" · ")}
      </div>
      <Choice label={t("account.theme")}>
        <Segments
          wide
          label={t("account.theme")}
          options={THEMES.map((key) => ({ key, label: t(`account.theme_${key}`) }))}
          value={theme}
          onChange={(one) => {
            setTheme(one);
            remember("theme", one);
          }}
        />
      </Choice>
      <Choice label={t("settings.text")}>
        <Segments
          wide
          label={t("settings.text")}
          options={TEXT_SCALES.map((key) => ({
            key,
            label: t(`settings.text_${TEXT_WORDS[key]}`),
          }))}
          value={scale}
          onChange={(one) => {
            setTextScale(one);
            remember("text", one);
          }}
        />
      </Choice>
      <Choice label={t("account.language")}>
        <Segments
          wide
          label={t("account.language")}
          options={LOCALES.map((key) => ({ key, label: t(`locale.${key}`), lang: key }))}
          value={currentLocale()}
          onChange={onLocale}
        />
      </Choice>
      <div className={menu.line} />
      <button
        type="button"
        className={menu.item}
        role="switch"
        aria-checked={!muted}
        onClick={() => onMute(!muted)}
      >
        {muted ? <VolumeX size={15} aria-hidden /> : <Volume2 size={15} aria-hidden />}
        <span className={menu.grow}>{t(muted ? "account.sound_off" : "account.sound_on")}</span>
      </button>
      <Link to="/account/duty" className={menu.item} onClick={onDone}>
        <CalendarClock size={15} aria-hidden />
        <span className={menu.grow}>{t("account.duty")}</span>
      </Link>
      {me && maySetUp(me.permissions) && (
        <Link to="/setup" className={menu.item} onClick={onDone}>
          <Settings size={15} aria-hidden />
          <span className={menu.grow}>{t("nav.setup")}</span>
        </Link>
      )}
      {onInstall && (
        <button type="button" className={menu.item} onClick={onInstall}>
          <MonitorDown size={15} aria-hidden />
          <span className={menu.grow}>{t("settings.install")}</span>
        </button>
      )}
      <Link to="/account/notifications" className={menu.item} onClick={onDone}>
        <BellRing size={15} aria-hidden />
        <span className={menu.grow}>{t("settings.notify")}</span>
      </Link>
      <Link to="/account/security" className={menu.item} onClick={onDone}>
        <ShieldCheck size={15} aria-hidden />
        <span className={menu.grow}>{t("security.title")}</span>
      </Link>
      <button type="button" className={menu.item} onClick={onSignOut}>
        <LogOut size={15} aria-hidden />
        <span className={menu.grow}>{t("account.sign_out")}</span>
      </button>
    </>
  );
}
