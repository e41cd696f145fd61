/** What was typed is not lost by a slip: leaving it behind is asked about. */
import { useBlocker } from "@tanstack/react-router";
import { useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { Sheet } from "./Overlay";

interface LeaveSheetProps {
  onStay: () => void;
  onLeave: () => void;
}

function LeaveSheet({ onStay, onLeave }: LeaveSheetProps) {
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

/** Of a page: asks before another one takes its place. */
export function LeaveGuard({ unsaved }: { unsaved: boolean }) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => unsaved && current.pathname !== next.pathname,
    enableBeforeUnload: () => unsaved,
    withResolver: true,
  });
  if (blocker.status !== "blocked") return null;
  return <LeaveSheet onStay={blocker.reset} onLeave={blocker.proceed} />;
}

interface Leaving {
  /** Closes the sheet, or asks first. */
  close: () => void;
  /** From now on there is nothing to lose: what was typed has been sent. */
  sent: () => void;
  question: ReactNode;
}

/** Of a sheet: asks before it is closed, by whatever way, or the page goes under it. */
export function useLeave(unsaved: boolean, onClose: () => void): Leaving {
  const safe = useRef(false);
  const [asked, setAsked] = useState(false);
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      unsaved && !safe.current && current.pathname !== next.pathname,
    enableBeforeUnload: () => unsaved && !safe.current,
    withResolver: true,
  });
  const stay = () => {
    setAsked(false);
    blocker.reset?.();
  };
  const leave = () => {
    safe.current = true;
    setAsked(false);
    if (blocker.status === "blocked") blocker.proceed();
    else onClose();
  };
  return {
    close: () => (unsaved ? setAsked(true) : onClose()),
    sent: () => {
      safe.current = true;
    },
    question: (asked || blocker.status === "blocked") && (
      <LeaveSheet onStay={stay} onLeave={leave} />
    ),
  };
}
