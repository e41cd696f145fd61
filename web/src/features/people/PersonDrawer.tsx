/** Everything about one person: facts, duty, sign-in, why they see a record or not, and leaving. */
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "@/shared/ui/Avatar";
import { Button } from "@/shared/ui/Button";
import { Overlay } from "@/shared/ui/Overlay";
import { ErrorState, Skeleton } from "@/shared/ui/States";
import { Tabs } from "@/shared/ui/Tabs";
import { AccessTab } from "./AccessTab";
import { personQuery, type PersonItem } from "./api";
import { DutyPanel } from "./DutyPanel";
import { DutyTag } from "./DutyTag";
import { FactsTab } from "./FactsTab";
import { LeavingTab } from "./LeavingTab";
import styles from "./People.module.css";
import { SignInTab } from "./SignInTab";

const TABS = ["facts", "duty", "sign_in", "access", "leaving"] as const;
type Tab = (typeof TABS)[number];

function Shown({ tab, person }: { tab: Exclude<Tab, "facts">; person: PersonItem }) {
  switch (tab) {
    case "duty":
      return <DutyPanel person={person.id} withCalendar />;
    case "sign_in":
      return <SignInTab person={person} />;
    case "access":
      return <AccessTab person={person} />;
    case "leaving":
      return <LeavingTab person={person} />;
  }
}

export function PersonDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const person = useQuery(personQuery(id));
  const [tab, setTab] = useState<Tab>("facts");
  const name = person.data?.name ?? t("people.title");
  return (
    <Overlay kind="drawer" label={name} onClose={onClose}>
      <header className={styles.drawerHead}>
        <Avatar name={name} large />
        <div>
          <h2>{name}</h2>
          <p className={styles.mute}>{person.data?.login}</p>
        </div>
        {person.data && <DutyTag away={person.data.away} />}
        <Button
          look="ghost"
          icon={<X size={18} />}
          aria-label={t("do.close")}
          onClick={onClose}
          className={styles.close}
        />
      </header>
      <Tabs
        label={name}
        tabs={TABS.map((key) => ({ key, label: t(`people.tab_${key}`) }))}
        current={tab}
        onChoose={setTab}
      />
      <div className={styles.drawerBody} role="tabpanel" aria-label={t(`people.tab_${tab}`)}>
        {person.isPending ? (
          <Skeleton lines={8} />
        ) : person.isError ? (
          <ErrorState error={person.error} onRetry={() => void person.refetch()} />
        ) : (
          <>
            {/* What is typed into the facts stays while another tab is looked at. */}
            <div hidden={tab !== "facts"}>
              <FactsTab key={person.data.id} person={person.data} />
            </div>
            {tab !== "facts" && <Shown tab={tab} person={person.data} />}
          </>
        )}
      </div>
    </Overlay>
  );
}
