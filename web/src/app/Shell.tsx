/** The frame of every signed-in page: sidebar or bottom tabs, live stream, pop-ups; bare while something must be set. */
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import {
  Bell,
  ChevronsUpDown,
  CircleUserRound,
  LayoutDashboard,
  LogOut,
  Plus,
  Settings,
  SquareKanban,
} from "lucide-react";
import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { unreadQuery } from "@/features/notifications/api";
import { NoticePopups } from "@/features/notifications/NoticePopups";
import { AccountMenu } from "@/features/session/AccountMenu";
import { useCatalog, useMe } from "@/shared/api/queries";
import { maySetUp } from "@/shared/definition/rights";
import { useIsPhone } from "@/shared/media";
import { openStream } from "@/shared/stream";
import { Avatar } from "@/shared/ui/Avatar";
import { Button } from "@/shared/ui/Button";
import { cx } from "@/shared/ui/cx";
import { Popover } from "@/shared/ui/Popover";
import { ObjectIcon } from "./icons";
import styles from "./Shell.module.css";
import { useAccount } from "./useAccount";

/** The desk leads on to what has no tab. */
const MOST_TABS = 1;
const MOST_COUNTED = 99;

function UnreadBadge() {
  const { t } = useTranslation();
  const { data: unread = 0 } = useQuery(unreadQuery);
  if (unread === 0) return null;
  return (
    <span className={styles.badge} aria-label={t("notices.count", { count: unread })}>
      {unread > MOST_COUNTED ? `${MOST_COUNTED}+` : unread}
    </span>
  );
}

function Account({ button }: { button: Parameters<typeof Popover>[0]["button"] }) {
  const { t } = useTranslation();
  const account = useAccount();
  return (
    <Popover label={t("nav.me")} button={button}>
      {(close) => (
        <AccountMenu
          onDone={close}
          muted={account.muted}
          onMute={account.onMute}
          onLocale={(locale) => void account.onLocale(locale)}
          onSignOut={() => void account.onSignOut()}
        />
      )}
    </Popover>
  );
}

function Sidebar() {
  const { t } = useTranslation();
  const me = useMe();
  const catalog = useCatalog();
  return (
    <aside className={styles.side} aria-label={t("app.name")}>
      <div className={styles.company}>
        <img src="/favicon.svg" alt="" />
        <div>
          <strong>{me?.company.name}</strong>
          <span>{me?.departments[0]?.label ?? t("app.name")}</span>
        </div>
      </div>
      <nav className={styles.nav} aria-label={t("nav.main")}>
        <Link to="/desk" className={styles.link}>
          <LayoutDashboard size={17} aria-hidden />
          <span>{t("nav.desk")}</span>
        </Link>
        <Link to="/notices" className={styles.link}>
          <Bell size={17} aria-hidden />
          <span>{t("nav.notices")}</span>
          <UnreadBadge />
        </Link>
        {catalog?.boards?.map((board) => (
          <Link
            key={board.key}
            to="/boards/$board"
            params={{ board: board.key }}
            className={styles.link}
          >
            <SquareKanban size={17} aria-hidden />
            <span>{board.label}</span>
          </Link>
        ))}
        {catalog?.objects.map((object) => (
          <Link
            key={object.name}
            to="/o/$object"
            params={{ object: object.name }}
            className={styles.link}
          >
            <ObjectIcon name={object.icon} />
            <span>{object.label_plural ?? object.label}</span>
          </Link>
        ))}
      </nav>
      {me && maySetUp(me.permissions) && (
        <Link to="/setup" className={cx(styles.link, styles.setup)}>
          <Settings size={17} aria-hidden />
          <span>{t("nav.setup")}</span>
        </Link>
      )}
      <Account
        button={(anchor) => (
          <button type="button" className={styles.me} title={t("nav.me")} {...anchor}>
            <Avatar name={me?.person.name ?? ""} />
            <span>{me?.person.name}</span>
            <ChevronsUpDown size={14} aria-hidden />
          </button>
        )}
      />
    </aside>
  );
}

function Tabbar() {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const { object: current } = useParams({ strict: false });
  const objects = catalog?.objects.slice(0, MOST_TABS) ?? [];
  const creatable = catalog?.objects.filter((one) => one.permissions.create) ?? [];
  const toCreate = creatable.find((one) => one.name === current) ?? creatable[0];
  const tabs: ReactNode[] = objects.map((object) => (
    <Link key={object.name} to="/o/$object" params={{ object: object.name }} className={styles.tab}>
      <ObjectIcon name={object.icon} size={20} />
      {object.label_plural ?? object.label}
    </Link>
  ));
  if (toCreate) {
    tabs.splice(
      1,
      0,
      <Link
        key="new"
        to="/o/$object/new"
        params={{ object: toCreate.name }}
        className={styles.tab}
        aria-label={t("record.new", { object: toCreate.label })}
        activeProps={{ "aria-current": undefined }}
      >
        <span className={styles.plus}>
          <Plus size={22} aria-hidden />
        </span>
      </Link>,
    );
  }
  return (
    <nav className={styles.tabbar} aria-label={t("nav.main")}>
      <Link to="/desk" className={styles.tab}>
        <LayoutDashboard size={20} aria-hidden />
        {t("nav.desk")}
      </Link>
      {tabs}
      <Link to="/notices" className={styles.tab}>
        <Bell size={20} aria-hidden />
        {t("nav.notices")}
        <UnreadBadge />
      </Link>
      <Account
        button={(anchor) => (
          <button type="button" className={styles.tab} {...anchor}>
            <CircleUserRound size={20} aria-hidden />
            {t("nav.me")}
          </button>
        )}
      />
    </nav>
  );
}

/** The stream is opened for the object in sight; notices come on every page. */
function useShellStream(): void {
  const { object: shown, board } = useParams({ strict: false });
  const catalog = useCatalog();
  const object = shown ?? catalog?.boards?.find((one) => one.key === board)?.object;
  const { person } = useMe() ?? {};
  const personId = person?.id;
  useEffect(() => {
    if (personId === undefined) return;
    return openStream(object ? [`object:${object}`] : []);
  }, [personId, object]);
}

/** Until a password or second factor is set there is nothing else to see, and no stream to listen to. */
function Gate() {
  const { t } = useTranslation();
  const { onSignOut } = useAccount();
  return (
    <div className={styles.gate}>
      <header>
        <img src="/favicon.svg" alt="" />
        <strong>{t("app.name")}</strong>
        <Button look="ghost" icon={<LogOut size={15} />} onClick={() => void onSignOut()}>
          {t("account.sign_out")}
        </Button>
      </header>
      <main>
        <Outlet />
      </main>
    </div>
  );
}

export function Shell() {
  return useMe()?.must ? <Gate /> : <Frame />;
}

function Frame() {
  const { t } = useTranslation();
  const phone = useIsPhone();
  useShellStream();
  return (
    <div className={styles.shell}>
      <a href="#main" className={styles.skip}>
        {t("nav.skip")}
      </a>
      {!phone && <Sidebar />}
      <main id="main" className={styles.main} tabIndex={-1}>
        <Outlet />
      </main>
      {phone && <Tabbar />}
      <NoticePopups />
    </div>
  );
}
