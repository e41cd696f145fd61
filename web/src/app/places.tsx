/** What stands before a page is there, and where there is none. */
import { Link } from "@tanstack/react-router";
import { MapPinOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/shared/ui/Button";
import { Empty, Skeleton } from "@/shared/ui/States";

export function ShellPending() {
  return <Skeleton lines={8} />;
}

export function Missing() {
  const { t } = useTranslation();
  return (
    <Empty
      title={t("error.no_page")}
      icon={<MapPinOff size={22} />}
      actions={
        <Link to="/">
          <Button tabIndex={-1}>{t("nav.home")}</Button>
        </Link>
      }
    />
  );
}
