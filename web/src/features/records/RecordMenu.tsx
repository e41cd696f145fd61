/** What is seldom done to a record: put it into the trash. */
import { MoreHorizontal, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ObjectDef, RecordItem } from "@/shared/api/types";
import { titleOf } from "@/shared/format/title";
import { Button } from "@/shared/ui/Button";
import { cx } from "@/shared/ui/cx";
import menu from "@/shared/ui/menu.module.css";
import { Sheet } from "@/shared/ui/Overlay";
import { Popover } from "@/shared/ui/Popover";
import { useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";
import { useDelete } from "./api";
import styles from "./RecordView.module.css";

interface DeleteProps {
  object: ObjectDef;
  record: RecordItem;
  onDeleted: () => void;
}

export function DeleteMenu({ object, record, onDeleted }: DeleteProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const errorText = useErrorText();
  const remove = useDelete(object.name, record.id);
  const title = titleOf(object, record, t("record.untitled"));
  const confirm = async () => {
    try {
      await remove.mutateAsync();
      showToast(t("record.deleted"));
      onDeleted();
    } catch (error) {
      showToast(errorText(error), "failed");
    }
  };
  return (
    <>
      <Popover
        label={t("record.actions")}
        button={(anchor) => (
          <Button
            {...anchor}
            look="ghost"
            icon={<MoreHorizontal size={18} />}
            aria-label={t("record.actions")}
          />
        )}
      >
        {(close) => (
          <button
            type="button"
            className={cx(menu.item, styles.danger)}
            onClick={() => {
              close();
              setAsking(true);
            }}
          >
            <Trash2 size={15} aria-hidden />
            {t("do.delete")}
          </button>
        )}
      </Popover>
      {asking && (
        <Sheet
          kind="dialog"
          label={t("record.delete_title", { title })}
          onClose={() => setAsking(false)}
          foot={
            <>
              <Button onClick={() => setAsking(false)}>{t("do.cancel")}</Button>
              <Button look="danger" busy={remove.isPending} onClick={() => void confirm()}>
                {t("do.delete")}
              </Button>
            </>
          }
        >
          <p>{t("record.delete_hint")}</p>
        </Sheet>
      )}
    </>
  );
}
