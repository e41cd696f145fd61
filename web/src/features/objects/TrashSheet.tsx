/** The fields that went into the trash; one that is restored comes back with its values when it is published. */
import { useQuery } from "@tanstack/react-query";
import { Trash2, Undo2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { textIn } from "@/shared/definition/body";
import type { DefinitionBody } from "@/shared/definition/form";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { trashQuery } from "./api";
import { restorable, restored, type FieldBody } from "./fields";
import styles from "./Objects.module.css";
import { TypeIcon, useTypeWords } from "./types";

interface TrashSheetProps {
  body: DefinitionBody;
  onRestore: (name: string, field: FieldBody) => void;
  onClose: () => void;
}

export function TrashSheet({ body, onRestore, onClose }: TrashSheetProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { nameOf } = useTypeWords();
  const found = useQuery(trashQuery(textIn(body, "object")));
  const items = restorable(found.data?.items ?? [], body);
  return (
    <Sheet kind="dialog" label={t("objects.trash.title")} onClose={onClose}>
      {found.isPending ? (
        <Skeleton lines={3} />
      ) : !found.data ? (
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      ) : items.length === 0 ? (
        <Empty
          title={t("objects.trash.empty")}
          hint={t("objects.trash.empty_hint")}
          icon={<Trash2 size={22} />}
        />
      ) : (
        <ul className={styles.trash}>
          {items.map((one) => (
            <li key={one.field}>
              <TypeIcon type={one.type} />
              <span className={styles.name}>
                <strong>{one.label}</strong>
                <small>
                  {[nameOf(one.type), one.by?.label, format.ago(one.at, now)]
                    .filter(Boolean)
                    .join(" · ")}
                </small>
              </span>
              <Button
                icon={<Undo2 size={15} />}
                aria-label={t("objects.trash.restore_one", { name: one.label })}
                onClick={() => onRestore(one.field, restored(one))}
              >
                {t("objects.trash.restore")}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Sheet>
  );
}
