/** What will become of the change: whether it is kept, and the way to everyone. */
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Button } from "@/shared/ui/Button";
import { useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";
import { publish, type Definition } from "./api";
import styles from "./Definitions.module.css";
import type { Written } from "./keeper";

interface OutcomeProps {
  definition: Definition;
  written: Written;
  readonly: boolean;
  onKeep: () => void;
  onReplaced: () => Promise<void>;
}

export function Outcome({ definition, written, readonly, onReplaced }: OutcomeProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { kind, key, draft } = definition;
  const ready = draft !== null && ["same", "kept"].includes(written.state);
  const publication = useMutation({
    mutationFn: () => publish({ items: [{ kind, key }] }),
    onSuccess: async () => {
      showToast(t("setup.publish.done"));
      await onReplaced();
    },
    onError: (error) => showToast(errorText(error), "failed"),
  });
  if (readonly) return null;
  return (
    <aside className={styles.outcome}>
      <p role="status">{t(`setup.state.${written.state}`)}</p>
      <Button
        look="primary"
        disabled={!ready}
        busy={publication.isPending}
        onClick={() => publication.mutate()}
      >
        {t("setup.publish.do")}
      </Button>
    </aside>
  );
}
