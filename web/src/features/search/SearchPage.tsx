/** Search as a page of its own: a phone has it in its tabs. */
import { useTranslation } from "react-i18next";
import { useTitle } from "@/shared/ui/title";
import { CommandPanel } from "./CommandPanel";
import type { Destination } from "./entries";
import styles from "./Search.module.css";

export function SearchPage({ pages }: { pages: readonly Destination[] }) {
  const { t } = useTranslation();
  useTitle(t("search.title"));
  return (
    <div className={styles.page}>
      <h1 className={styles.unseen}>{t("search.title")}</h1>
      <CommandPanel pages={pages} onDone={() => undefined} />
    </div>
  );
}
