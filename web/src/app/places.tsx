/** What stands before a page is there, and where there is none. */
import { Link, useRouter } from "@tanstack/react-router";
import { MapPinOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/shared/ui/Button";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";

export function ShellPending() {
  return <Skeleton lines={8} />;
}

/** The frame could not be had: everything is asked anew, not only drawn anew. */
export function ShellFailed({ error }: { error: unknown }) {
  const router = useRouter();
  return <ErrorState error={error} onRetry={() => void router.invalidate()} />;
}

export function Missing() {
  const { t } = useTranslation();
  return (
    <main>
      <Empty
        alone
        title={t("error.no_page")}
        icon={<MapPinOff size={22} />}
        actions={
          <Link to="/">
            <Button tabIndex={-1}>{t("nav.home")}</Button>
          </Link>
        }
      />
    </main>
  );
}
