/** How safe one's own account is: password, one-time codes, where one is signed in. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ShieldAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { meQuery, useMe } from "@/shared/api/queries";
import { SettingsNote, SettingsPage } from "@/shared/ui/Settings";
import { CodesSection } from "./CodesSection";
import { PasswordSection } from "./PasswordSection";
import { SessionsSection } from "./SessionsSection";

export function SecurityPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const must = useMe()?.must;
  const onDone = async () => {
    const me = await client.fetchQuery({ ...meQuery, staleTime: 0 });
    void client.invalidateQueries({ queryKey: ["sessions"] });
    if (must && !me.must) await navigate({ to: "/" });
  };
  const password = <PasswordSection key="password" onDone={() => void onDone()} />;
  const codes = <CodesSection key="codes" onDone={() => void onDone()} />;
  return (
    <SettingsPage title={t("security.title")}>
      {must && (
        <SettingsNote alert>
          <ShieldAlert size={16} aria-hidden />
          {t(`security.must.${must}`)}
        </SettingsNote>
      )}
      {must !== "second_factor" && password}
      {must !== "password" && codes}
      {!must && <SessionsSection />}
    </SettingsPage>
  );
}
