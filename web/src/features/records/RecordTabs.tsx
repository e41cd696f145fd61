/** The tabs of a record. */
import { Suspense, type KeyboardEvent, type ReactNode } from "react";
import { Skeleton } from "@/shared/ui/States";
import list from "./ListPage.module.css";
import styles from "./RecordView.module.css";

export interface Tab {
  key: string;
  label: string;
  /** How many there are, as far as it is known. */
  count?: number | string;
  /** What is told on hover. */
  hint?: string;
  content: ReactNode;
  /** What is typed in it stays while another one is shown; it keeps its own distance from the edge. */
  kept?: boolean;
}

interface TabsProps {
  tabs: Tab[];
  current: Tab;
  onChoose: (key: string) => void;
}

function Tabs({ tabs, current, onChoose }: TabsProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const next = tabs[(tabs.indexOf(current) + step + tabs.length) % tabs.length] ?? current;
    onChoose(next.key);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next.key}"]`)?.focus();
  };
  return (
    <div className={styles.tabs} role="tablist" onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab.key}
          type="button"
          role="tab"
          data-tab={tab.key}
          aria-selected={tab === current}
          tabIndex={tab === current ? 0 : -1}
          className={list.tab}
          title={tab.hint}
          onClick={() => onChoose(tab.key)}
        >
          {tab.label}
          {tab.count !== undefined && <span className={list.count}>{tab.count}</span>}
        </button>
      ))}
    </div>
  );
}

interface PanelsProps {
  tabs: [Tab, ...Tab[]];
  chosen: string | undefined;
  onChoose: (key: string) => void;
}

/** The tabs, and the content of the one chosen; of the others only what is kept is there, out of sight. */
export function Panels({ tabs, chosen, onChoose }: PanelsProps) {
  const current = tabs.find((tab) => tab.key === chosen) ?? tabs[0];
  return (
    <>
      <Tabs tabs={tabs} current={current} onChoose={onChoose} />
      {tabs
        .filter((tab) => tab.kept || tab === current)
        .map((tab) => (
          <div
            key={tab.key}
            className={styles.content}
            role="tabpanel"
            tabIndex={0}
            aria-label={tab.label}
            hidden={tab !== current}
          >
            {tab.kept ? (
              tab.content
            ) : (
              <div className={styles.padded}>
                <Suspense fallback={<Skeleton lines={5} />}>{tab.content}</Suspense>
              </div>
            )}
          </div>
        ))}
    </>
  );
}
