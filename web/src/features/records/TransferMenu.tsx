/** The button over a list that brings tables in and takes what it shows out. */
import { ArrowDownUp, Download, Upload } from "lucide-react";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ObjectDef } from "@/shared/api/types";
import { lazyPart } from "@/shared/lazyPart";
import { useIsPhone } from "@/shared/media";
import { Button } from "@/shared/ui/Button";
import menu from "@/shared/ui/menu.module.css";
import { Popover } from "@/shared/ui/Popover";
import { exportAddress, FORMATS } from "@/shared/api/transfer";
import { words } from "./listWords/words";

const ImportSheet = lazyPart(() => import("./ImportSheet"), "ImportSheet", words);

interface TransferMenuProps {
  object: ObjectDef;
  /** What the list shows now. */
  asked: { filter?: string; sort?: string; q?: string };
}

export function TransferMenu({ object, asked }: TransferMenuProps) {
  const { t } = useTranslation();
  const phone = useIsPhone();
  const [importing, setImporting] = useState(false);
  const { create, update } = object.permissions;
  return (
    <>
      <Popover
        label={t("export.title")}
        button={(anchor) => (
          <Button
            {...anchor}
            icon={<ArrowDownUp size={15} />}
            aria-label={phone ? t("export.title") : undefined}
          >
            {!phone && t("export.title")}
          </Button>
        )}
      >
        {(close) => (
          <>
            {(create || update) && (
              <>
                <button
                  type="button"
                  className={menu.item}
                  onClick={() => {
                    close();
                    setImporting(true);
                  }}
                >
                  <Upload size={15} aria-hidden />
                  {t("export.import")}
                </button>
                <div className={menu.line} />
              </>
            )}
            <div className={menu.heading}>{t("export.hint")}</div>
            {FORMATS.map((format) => (
              <a
                key={format}
                className={menu.item}
                href={exportAddress(object.name, format, asked)}
                download
                onClick={close}
              >
                <Download size={15} aria-hidden />
                {t(`export.${format}`)}
              </a>
            ))}
          </>
        )}
      </Popover>
      {importing && (
        <Suspense>
          <ImportSheet object={object} onClose={() => setImporting(false)} />
        </Suspense>
      )}
    </>
  );
}
