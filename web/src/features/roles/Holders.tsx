/** Who has a role. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { FormPart } from "@/shared/sentence/FormPart";
import { Avatar } from "@/shared/ui/Avatar";
import { ErrorState, Skeleton } from "@/shared/ui/States";
import { holdersQuery } from "./api";
import styles from "./Roles.module.css";

export function Holders({ role }: { role: string }) {
  const { t } = useTranslation();
  const holders = useQuery(holdersQuery(role));
  return (
    <FormPart title={t("role.holders")} hint={t("role.holders_hint")}>
      {holders.isPending ? (
        <Skeleton lines={2} />
      ) : holders.isError ? (
        <ErrorState error={holders.error} onRetry={() => void holders.refetch()} />
      ) : holders.data.items.length === 0 ? (
        <p className={styles.mute}>{t("role.no_holders")}</p>
      ) : (
        <ul className={styles.holders}>
          {holders.data.items.map((one) => (
            <li key={one.id}>
              <Link to="/setup/people" search={{ person: one.id }}>
                <Avatar name={one.name} />
                {one.name}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </FormPart>
  );
}
