/** The frame of every signed-in page: sidebar or bottom tabs, live stream, pop-ups; bare while something must be set. */
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { ChevronsUpDown, CircleUserRound, LogOut, Plus, Search } from "lucide-react";
import { Suspense, useEffect, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { words as deskWords } from "@/features/desk/words";
import { unreadQuery } from "@/features/notifications/api";
import { NoticePopups } from "@/features/notifications/NoticePopups";
import { words as searchWords } from "@/features/search/words";
import { words as sessionWords } from "@/features/session/words";
import { useCatalog, useMe } from "@/shared/api/queries";
import { closeCommands, commandStore, openCommands } from "@/shared/commands";
import { lazyPart } from "@/shared/lazyPart";
import { useIsPhone } from "@/shared/media";
import { creatable, primarySteps } from "@/shared/quick";
import { sessionStore } from "@/shared/session";
import { openStream } from "@/shared/stream";
import { Avatar } from "@/shared/ui/Avatar";
import { Button } from "@/shared/ui/Button";
import { cx } from "@/shared/ui/cx";
import { Popover } from "@/shared/ui/Popover";
import { Skeleton } from "@/shared/ui/States";
import { useShortcuts } from "./shortcuts";
import styles from "./Shell.module.css";
import { useAccount } from "./useAccount";
import { usePages, type PageLink } from "./usePages";
import { useRelease } from "./useRelease";

const CommandMenu = lazyPart(
  () => import("@/features/search/CommandMenu"),
  "CommandMenu",
  searchWords,
);
const ShortcutSheet = lazyPart(() => import("./ShortcutSheet"), "ShortcutSheet", searchWords);
const QuickSheet = lazyPart(() => import("@/features/desk/QuickSheet"), "QuickSheet", deskWords);
const SignInAgain = lazyPart(
  () => import("@/features/session/SignInAgain"),
  "SignInAgain",
  sessionWords,
);
const OwnMenu = lazyPart(() => import("./OwnMenu"), "OwnMenu", sessionWords);

const MOST_COUNTED = 99;
const COMMAND_KEY = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘K" : "Ctrl K";

interface CommandsProps {
  pages: PageLink[];
  quick: boolean;
  onQuick: (open: boolean) => void;
}

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
  return (
    <Popover label={t("nav.me")} button={button}>
      {(close) => (
        <Suspense fallback={<Skeleton lines={6} />}>
          <OwnMenu onDone={close} />
        </Suspense>
      )}
    </Popover>
  );
}

function Sidebar({ pages }: { pages: PageLink[] }) {
  const { t } = useTranslation();
  const me = useMe();
  const setup = pages.find((one) => one.key === "setup");
  return (
    <aside className={styles.side} aria-label={t("app.name")}>
      <div className={styles.company}>
        <img src="/favicon.svg" alt="" />
        <div>
          <strong>{me?.company.name}</strong>
          <span>{me?.departments[0]?.label ?? t("app.name")}</span>
        </div>
      </div>
      <button
        type="button"
        className={styles.search}
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => openCommands()}
      >
        <Search size={15} aria-hidden />
        <span>{t("nav.menu")}</span>
        <kbd aria-hidden>{COMMAND_KEY}</kbd>
      </button>
      <nav className={styles.nav} aria-label={t("nav.main")}>
        {pages.map(
          ({ key, label, icon, link }) =>
            key !== "setup" && (
              <Link key={key} {...link} className={styles.link}>
                {icon}
                <span>{label}</span>
                {key === "notices" && <UnreadBadge />}
              </Link>
            ),
        )}
      </nav>
      {setup && (
        <Link {...setup.link} className={cx(styles.link, styles.setup)}>
          {setup.icon}
          <span>{setup.label}</span>
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

/** Five tabs, four for who may enter nothing; whatever has none is a touch away on the own page. */
function Tabbar({ pages, onQuick }: { pages: PageLink[]; onQuick: () => void }) {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const [first] = catalog?.objects ?? [];
  const desk = pages.find((one) => one.key === "desk");
  const object = pages.find((one) => one.key === first?.name);
  return (
    <nav className={styles.tabbar} aria-label={t("nav.main")}>
      {[desk, object].map(
        (one) =>
          one && (
            <Link key={one.key} {...one.link} className={styles.tab}>
              {one.icon}
              {one.label}
            </Link>
          ),
      )}
      {(creatable(catalog).length > 0 || primarySteps(catalog).length > 0) && (
        <button type="button" className={styles.tab} aria-label={t("nav.quick")} onClick={onQuick}>
          <span className={styles.plus}>
            <Plus size={22} aria-hidden />
          </span>
        </button>
      )}
      <Link to="/search" className={styles.tab}>
        <Search size={20} aria-hidden />
        {t("nav.search")}
      </Link>
      <Link to="/me" className={styles.tab}>
        <CircleUserRound size={20} aria-hidden />
        {t("nav.me")}
        <UnreadBadge />
      </Link>
    </nav>
  );
}

/** The command menu, the keys and the quick entries: fetched when they are first asked for. */
function Commands({ pages, quick, onQuick }: CommandsProps) {
  const navigate = useNavigate();
  const { object: current } = useParams({ strict: false });
  const catalog = useCatalog();
  const phone = useIsPhone();
  const open = useSyncExternalStore(commandStore.subscribe, commandStore.get);
  const [help, setHelp] = useState(false);
  useShortcuts({
    onCommands: () => openCommands(),
    onGo: (letter) => {
      const page = pages.find((one) => one.letter === letter);
      if (page) void navigate(page.link);
    },
    onNew: () => {
      const made = creatable(catalog);
      const object = made.find((one) => one.name === current) ?? made[0];
      if (object) void navigate({ to: "/o/$object/new", params: { object: object.name } });
    },
    onHelp: () => setHelp(true),
  });
  return (
    <Suspense>
      {open && <CommandMenu pages={pages} picking={open.picking} onClose={closeCommands} />}
      {help && <ShortcutSheet pages={pages} onClose={() => setHelp(false)} />}
      {quick && phone && <QuickSheet onClose={() => onQuick(false)} />}
    </Suspense>
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

/** Over whatever is open: a session that has ended is begun again where one is. */
function SessionGuard() {
  const navigate = useNavigate();
  const login = useMe()?.person.login;
  const lost = useSyncExternalStore(sessionStore.subscribe, sessionStore.get);
  if (!lost || !login) return null;
  const other = () => void navigate({ to: "/sign-in" });
  return (
    <Suspense>
      <SignInAgain login={login} onOther={other} />
    </Suspense>
  );
}

export function Shell() {
  return (
    <>
      {useMe()?.must ? <Gate /> : <Frame />}
      <SessionGuard />
    </>
  );
}

function Frame() {
  const { t } = useTranslation();
  const phone = useIsPhone();
  const pages = usePages();
  const [quick, setQuick] = useState(false);
  useShellStream();
  useRelease();
  return (
    <div className={styles.shell}>
      <a href="#main" className={styles.skip}>
        {t("nav.skip")}
      </a>
      {!phone && <Sidebar pages={pages} />}
      <main id="main" className={styles.main} tabIndex={-1}>
        <Outlet />
      </main>
      {phone && <Tabbar pages={pages} onQuick={() => setQuick(true)} />}
      <Commands pages={pages} quick={quick} onQuick={setQuick} />
      <NoticePopups />
    </div>
  );
}
