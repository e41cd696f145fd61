/** Which keys do what. */
import { useTranslation } from "react-i18next";
import { Sheet } from "@/shared/ui/Overlay";
import type { PageLink } from "./usePages";
import styles from "./ShortcutSheet.module.css";

const COMMAND = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";
const ESCAPE = "Esc";

function Row({ keys, label }: { keys: string[]; label: string }) {
  return (
    <div className={styles.row}>
      <dt>{label}</dt>
      <dd>
        {keys.map((one) => (
          <kbd key={one}>{one}</kbd>
        ))}
      </dd>
    </div>
  );
}

export function ShortcutSheet({ pages, onClose }: { pages: PageLink[]; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Sheet kind="dialog" label={t("keys.title")} onClose={onClose}>
      <h3 className={styles.heading}>{t("keys.do")}</h3>
      <dl>
        <Row keys={[COMMAND, "K"]} label={t("keys.commands")} />
        <Row keys={["N"]} label={t("keys.new")} />
        <Row keys={["?"]} label={t("keys.help")} />
        <Row keys={[ESCAPE]} label={t("keys.close")} />
      </dl>
      <h3 className={styles.heading}>{t("keys.go")}</h3>
      <dl>
        {pages.map(
          ({ key, label, letter }) =>
            letter && <Row key={key} keys={["G", letter.toUpperCase()]} label={label} />,
        )}
      </dl>
    </Sheet>
  );
}
