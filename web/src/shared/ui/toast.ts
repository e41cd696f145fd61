/** Short messages that pass by: anything may show one, the Toaster draws them. */

export interface Toast {
  id: number;
  text: string;
  kind: "done" | "failed";
  action?: ToastAction;
}

/** What may still be done about it, such as taking it back. */
export interface ToastAction {
  label: string;
  run: () => void;
}

const SHOWN_FOR = { done: 2_500, failed: 6_000 };
/** Long enough to read, decide and reach the button. */
const SHOWN_WITH_ACTION = 10_000;
let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export function showToast(text: string, kind: Toast["kind"] = "done", action?: ToastAction): void {
  const toast = { id: ++last, text, kind, action };
  set([...toasts.slice(-2), toast]);
  setTimeout(() => dismissToast(toast), action ? SHOWN_WITH_ACTION : SHOWN_FOR[kind]);
}

export function dismissToast(toast: Toast): void {
  set(toasts.filter((one) => one !== toast));
}

export const toastStore = {
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  get: () => toasts,
};
