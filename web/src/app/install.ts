/** The installed app: its service worker, newer versions, and the browser's offer to install. */
import { useSyncExternalStore } from "react";
import i18next from "i18next";
import { registerSW } from "virtual:pwa-register";
import { recallSession, rememberSession } from "@/shared/storage";
import { showToast } from "@/shared/ui/toast";

const LOOK_EVERY = 30 * 60_000;

/** Chrome's event, which no type library knows. */
interface InstallPrompt extends Event {
  prompt: () => Promise<unknown>;
}

let offered: InstallPrompt | null = null;
const listeners = new Set<() => void>();

function offer(next: InstallPrompt | null): void {
  offered = next;
  for (const listener of listeners) listener();
}

/** Keep the frame for when there is no network, and say so when there is a newer version of it. */
export function startInstall(): void {
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer(event as InstallPrompt);
  });
  window.addEventListener("appinstalled", () => offer(null));
  const update = registerSW({
    onNeedRefresh: () =>
      showToast(i18next.t("app.newer"), "done", {
        label: i18next.t("app.reload"),
        run: () => void update(true),
      }),
    onRegisteredSW: (_url, registration) => {
      if (registration) setInterval(() => void registration.update(), LOOK_EVERY);
    },
  });
  // A page of an older version whose parts are gone from the server starts anew, once.
  window.addEventListener("vite:preloadError", (event) => {
    if (!navigator.onLine || recallSession("reloaded")) return;
    event.preventDefault();
    rememberSession("reloaded", "1");
    void update(true).then(() => location.reload());
  });
}

/** Ask the browser to install; undefined where it doesn't offer it, or the app is installed. */
export function useInstall(): (() => void) | undefined {
  const event = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => offered,
  );
  return (
    (event &&
      (() => {
        void event.prompt();
        offer(null);
      })) ??
    undefined
  );
}
