/** A record as a drawer over its list, with the record before and after it at hand. */
import { useNavigate, useParams } from "@tanstack/react-router";
import { ChevronDown, ChevronUp, Maximize2, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { useIsPhone } from "@/shared/media";
import { Button } from "@/shared/ui/Button";
import { Overlay } from "@/shared/ui/Overlay";
import { useNeighbours } from "./neighbours";
import { RecordView } from "./RecordView";
import { useShortcuts } from "./useShortcuts";

export function RecordDrawer() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { object: name = "", id = "" } = useParams({ strict: false });
  const object = useObject(name);
  const phone = useIsPhone();
  const { previous, next } = useNeighbours(id);
  const go = (to: string | undefined) =>
    to &&
    void navigate({ to: "/o/$object/records/$id", params: { object: name, id: to }, search: true });
  useShortcuts({ j: () => go(next), k: () => go(previous) });
  if (!object) return null;
  const params = { object: name };
  const close = () => void navigate({ to: "/o/$object", params, search: true });
  // A phone shows nothing but the record already, and has no room to spare.
  const places = (
    <>
      <Button
        look="ghost"
        icon={<ChevronUp size={18} />}
        aria-label={t("record.previous")}
        title={t("detail.previous")}
        disabled={!previous}
        onClick={() => go(previous)}
      />
      <Button
        look="ghost"
        icon={<ChevronDown size={18} />}
        aria-label={t("record.next")}
        title={t("detail.next")}
        disabled={!next}
        onClick={() => go(next)}
      />
      <Button
        look="ghost"
        icon={<Maximize2 size={16} />}
        aria-label={t("record.full")}
        onClick={() =>
          void navigate({
            to: "/o/$object/records/$id/full",
            params: { object: name, id },
          })
        }
      />
    </>
  );
  return (
    <Overlay kind="drawer" label={t("record.detail", { object: object.label })} onClose={close}>
      <RecordView
        key={id}
        object={object}
        id={id}
        onGone={close}
        tools={
          <>
            {!phone && places}
            <Button
              look="ghost"
              icon={<X size={18} />}
              aria-label={t("do.close")}
              title={t("detail.close")}
              onClick={close}
            />
          </>
        }
      />
    </Overlay>
  );
}
