/** A small panel beside the button that opens it; a sheet from below on a phone. */
import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from "react";
import { createPortal } from "react-dom";
import styles from "./Popover.module.css";

const GAP = 6;
const MARGIN = 8;

interface Anchor {
  ref: RefObject<HTMLButtonElement | null>;
  "aria-haspopup": "dialog";
  "aria-expanded": boolean;
  onClick: () => void;
}

interface PopoverProps {
  label: string;
  /** The button; the given props belong on it. */
  button: (anchor: Anchor) => ReactNode;
  children: (close: () => void) => ReactNode;
}

/** Put the panel under the anchor, above it where there is no room below, always inside the window. */
function place(panel: HTMLElement, anchor: HTMLElement): void {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const below = at.bottom + GAP;
  const fits = below + height <= window.innerHeight - MARGIN;
  const top = fits ? below : Math.max(MARGIN, at.top - GAP - height);
  const left = Math.max(MARGIN, Math.min(at.left, window.innerWidth - MARGIN - width));
  panel.style.top = `${top}px`;
  panel.style.left = `${left}px`;
}

export function Popover({ label, button, children }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);

  const close = () => setOpen(false);

  useLayoutEffect(() => {
    const button = anchor.current;
    if (!open || !panel.current || !button) return;
    const shown = panel.current;
    place(shown, button);
    // What is fetched after it has opened makes it larger.
    const observer = new ResizeObserver(() => place(shown, button));
    observer.observe(shown);
    (panel.current.querySelector<HTMLElement>("[data-autofocus]") ?? panel.current).focus();
    return () => {
      observer.disconnect();
      button.focus();
    };
  }, [open]);

  useEffect(() => {
    if (!open) return;
    const onPointerDown = (event: PointerEvent) => {
      const target = event.target as Node;
      if (!panel.current?.contains(target) && !anchor.current?.contains(target)) setOpen(false);
    };
    document.addEventListener("pointerdown", onPointerDown);
    return () => document.removeEventListener("pointerdown", onPointerDown);
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape") close();
  };

  return (
    <>
      {button({
        ref: anchor,
        "aria-haspopup": "dialog",
        "aria-expanded": open,
        onClick: () => setOpen(!open),
      })}
      {open &&
        createPortal(
          <>
            <div className={styles.scrim} aria-hidden />
            <div
              ref={panel}
              role="dialog"
              aria-label={label}
              tabIndex={-1}
              className={styles.panel}
              onKeyDown={onKeyDown}
            >
              {children(close)}
            </div>
          </>,
          document.body,
        )}
    </>
  );
}
