/** A record on a page of its own. */
import { useNavigate, useParams } from "@tanstack/react-router";
import { Minimize2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { Button } from "@/shared/ui/Button";
import { Empty } from "@/shared/ui/States";
import { RecordView } from "./RecordView";
import styles from "./RecordView.module.css";

export function RecordPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { object: name = "", id = "" } = useParams({ strict: false });
  const object = useObject(name);
  if (!object) return <Empty title={t("error.not_found")} />;
  return (
    <div className={styles.fullPage}>
      <RecordView
        key={id}
        alone
        object={object}
        id={id}
        onGone={() => void navigate({ to: "/o/$object", params: { object: name } })}
        tools={
          <Button
            look="ghost"
            icon={<Minimize2 size={16} />}
            aria-label={t("record.to_list")}
            onClick={() =>
              void navigate({ to: "/o/$object/records/$id", params: { object: name, id } })
            }
          />
        }
      />
    </div>
  );
}
