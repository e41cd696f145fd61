/** Draws the passing messages and reads them out. */
import { CircleAlert, CircleCheck } from "lucide-react";
import { useSyncExternalStore } from "react";
import { toastStore } from "./toast";
import styles from "./Toaster.module.css";

export function Toaster() {
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.get);
  return (
    <div className={styles.stack} role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className={styles.toast}>
          {toast.kind === "done" ? <CircleCheck size={16} /> : <CircleAlert size={16} />}
          {toast.text}
        </div>
      ))}
    </div>
  );
}
