/** Holds whoever goes to another page while something isn't saved, and asks. */
import { useBlocker } from "@tanstack/react-router";
import { LeaveSheet } from "./Overlay";

export function LeaveGuard({ unsaved }: { unsaved: boolean }) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => unsaved && current.pathname !== next.pathname,
    enableBeforeUnload: () => unsaved,
    withResolver: true,
  });
  if (blocker.status !== "blocked") return null;
  return <LeaveSheet onLeave={blocker.proceed} onStay={blocker.reset} />;
}
