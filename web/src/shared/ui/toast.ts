/** Short messages that pass by: anything may show one, the Toaster draws them. */

export interface Toast {
  id: number;
  text: string;
  kind: "done" | "failed";
}

const SHOWN_FOR = { done: 2_500, failed: 6_000 };
let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export function showToast(text: string, kind: Toast["kind"] = "done"): void {
  const toast = { id: ++last, text, kind };
  set([...toasts.slice(-2), toast]);
  setTimeout(() => set(toasts.filter((one) => one !== toast)), SHOWN_FOR[kind]);
}

export const toastStore = {
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  get: () => toasts,
};
