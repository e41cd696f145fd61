/** Draws the passing messages and reads them out. */
import { CircleAlert, CircleCheck } from "lucide-react";
import { useSyncExternalStore } from "react";
import { dismissToast, toastStore, type Toast, type ToastAction } from "./toast";
import styles from "./Toaster.module.css";

function Action({ toast, action }: { toast: Toast; action: ToastAction }) {
  const run = () => {
    dismissToast(toast);
    action.run();
  };
  return (
    <button type="button" className={styles.action} onClick={run}>
      {action.label}
    </button>
  );
}

export function Toaster() {
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.get);
  return (
    <div className={styles.stack} role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className={styles.toast}>
          {toast.kind === "done" ? <CircleCheck size={16} /> : <CircleAlert size={16} />}
          {toast.text}
          {toast.action && <Action toast={toast} action={toast.action} />}
        </div>
      ))}
    </div>
  );
}
