/** What opens over the page: a drawer at the side or a dialog; keeps the focus in and gives it back. */
import { X } from "lucide-react";
import {
  useEffect,
  useEffectEvent,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { cx } from "./cx";
import styles from "./Overlay.module.css";

const FOCUSABLE =
  'a[href],button:not(:disabled),input:not(:disabled),select:not(:disabled),textarea:not(:disabled),[tabindex]:not([tabindex="-1"])';

function focusableIn(panel: HTMLElement): HTMLElement[] {
  return [...panel.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (one) => one.tabIndex >= 0 && one.getClientRects().length > 0,
  );
}

/** Tab goes round inside the panel. */
function keepFocusIn(panel: HTMLElement, event: KeyboardEvent): void {
  const inside = focusableIn(panel);
  const [first, last] = [inside[0], inside.at(-1)];
  if (!first || !last) return event.preventDefault();
  const active = document.activeElement;
  if (event.shiftKey ? active === first || active === panel : active === last) {
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }
}

interface OverlayProps {
  kind: "drawer" | "dialog";
  /** Of a dialog: with room for something beside its form. */
  wide?: boolean;
  label: string;
  onClose: () => void;
  children: ReactNode;
}

/** The bare overlay; `data-autofocus` marks what takes the focus first. */
export function Overlay({ kind, wide, label, onClose, children }: OverlayProps) {
  const panel = useRef<HTMLDivElement>(null);
  const focusFirst = useEffectEvent(() => {
    const wanted = panel.current?.querySelector<HTMLElement>("[data-autofocus]");
    (wanted ?? panel.current)?.focus({ preventScroll: true });
  });

  useEffect(() => {
    const before = document.activeElement;
    focusFirst();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);

  // What had the focus may be gone, and the page has it then.
  const onLostKey = useEffectEvent((event: globalThis.KeyboardEvent) => {
    const top = [...document.querySelectorAll("[role=dialog]")].at(-1);
    if (event.key === "Escape" && event.target === document.body && top === panel.current) {
      onClose();
    }
  });
  useEffect(() => {
    const listener = (event: globalThis.KeyboardEvent) => onLostKey(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape" && !event.defaultPrevented) onClose();
    if (event.key === "Tab" && panel.current) keepFocusIn(panel.current, event);
  };

  return createPortal(
    <>
      <div className={styles.scrim} onClick={onClose} aria-hidden />
      <div
        ref={panel}
        role="dialog"
        aria-modal="true"
        aria-label={label}
        tabIndex={-1}
        className={cx(styles.panel, styles[kind], wide && styles.wide)}
        onKeyDown={onKeyDown}
      >
        {children}
      </div>
    </>,
    document.body,
  );
}

interface SheetProps extends OverlayProps {
  foot?: ReactNode;
  /** Something was filled in: it isn't thrown away by a stray key or a click beside it. */
  unsaved?: boolean;
}

/** An overlay with a title, a close button, a body that scrolls and a foot for its buttons. */
export function Sheet({ foot, unsaved = false, children, onClose, ...overlay }: SheetProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const close = unsaved ? () => setAsking(true) : onClose;
  return (
    <Overlay {...overlay} onClose={close}>
      <header className={styles.head}>
        <h2>{overlay.label}</h2>
        <Button look="ghost" icon={<X size={18} />} aria-label={t("do.close")} onClick={close} />
      </header>
      <div className={styles.body}>{children}</div>
      {foot && <footer className={styles.foot}>{foot}</footer>}
      {asking && <LeaveSheet onLeave={onClose} onStay={() => setAsking(false)} />}
    </Overlay>
  );
}

/** Asks before what isn't saved is left behind. */
export function LeaveSheet({ onLeave, onStay }: { onLeave: () => void; onStay: () => void }) {
  const { t } = useTranslation();
  return (
    <Sheet
      kind="dialog"
      label={t("leave.title")}
      onClose={onStay}
      foot={
        <>
          <Button look="danger" onClick={onLeave}>
            {t("leave.discard")}
          </Button>
          <Button look="primary" data-autofocus onClick={onStay}>
            {t("leave.stay")}
          </Button>
        </>
      }
    >
      <p>{t("leave.hint")}</p>
    </Sheet>
  );
}
