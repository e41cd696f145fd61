/** The command menu over the page. */
import { useTranslation } from "react-i18next";
import type { Picking } from "@/shared/commands";
import { Overlay } from "@/shared/ui/Overlay";
import { CommandPanel } from "./CommandPanel";
import type { Destination } from "./entries";
import styles from "./Search.module.css";

interface MenuProps {
  pages: readonly Destination[];
  picking?: Picking;
  onClose: () => void;
}

export function CommandMenu({ pages, picking, onClose }: MenuProps) {
  const { t } = useTranslation();
  return (
    <Overlay kind="dialog" wide label={t("search.title")} onClose={onClose}>
      <CommandPanel pages={pages} picking={picking} onDone={onClose} />
      <p className={styles.keys} aria-hidden>
        <span>
          <kbd>↑</kbd>
          <kbd>↓</kbd>
          {t("search.hint_move")}
        </span>
        <span>
          <kbd>↵</kbd>
          {t("search.hint_open")}
        </span>
        <span>
          <kbd>{t("search.esc")}</kbd>
          {t("search.hint_close")}
        </span>
      </p>
    </Overlay>
  );
}
