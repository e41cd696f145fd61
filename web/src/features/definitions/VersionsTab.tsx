/** The versions of a definition: who made each, how it differs from the present one, and the way back to it. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/shared/format/useFormat";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import { ErrorState, Skeleton, useErrorText } from "@/shared/ui/States";
import { Tag } from "@/shared/ui/Tag";
import { showToast } from "@/shared/ui/toast";
import { diffQuery, rollBack, type Definition, type Version } from "./api";
import styles from "./Definitions.module.css";
import { Differences } from "./Differences";

interface BackSheetProps {
  definition: Definition;
  version: Version;
  readonly: boolean;
  onClose: () => void;
  onDone: () => Promise<void>;
}

/** What going back to a version would change; who may not change anything sees the difference. */
function BackSheet({ definition, version, readonly, onClose, onDone }: BackSheetProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { kind, key, body, label } = definition;
  const present = String(definition.version);
  // What was removed has nothing in force that a version could differ from.
  const gone = definition.version === null;
  const found = useQuery({
    ...diffQuery(kind, key, "present", String(version.version), present),
    enabled: !gone,
  });
  const back = useMutation({
    mutationFn: () => {
      const note = t("setup.version_back.note", { name: label, version: version.version });
      return rollBack({ kind, key, version: version.version, note });
    },
    onSuccess: async () => {
      showToast(
        t(gone ? "setup.version_back.restored" : "setup.version_back.done", {
          version: version.version,
        }),
      );
      await onDone();
    },
    onError: (error) => showToast(errorText(error), "failed"),
  });
  return (
    <Sheet
      kind="dialog"
      label={t("setup.version_back.title", { version: version.version })}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("do.close")}</Button>
          {!readonly && (gone || found.data?.items.length !== 0) && (
            <Button look="primary" busy={back.isPending} onClick={() => back.mutate()}>
              {t(gone ? "setup.version_back.restore" : "setup.version_back.do", {
                version: version.version,
              })}
            </Button>
          )}
        </>
      }
    >
      {gone ? (
        <p>{t("setup.version_back.restore_asks")}</p>
      ) : found.isPending ? (
        <Skeleton lines={3} />
      ) : !found.data ? (
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <>
          {body !== null && found.data.items.length > 0 && (
            <p className={styles.mute}>{t("setup.version_back.would")}</p>
          )}
          <Differences items={found.data.items} bodies={[body]} />
        </>
      )}
    </Sheet>
  );
}

interface VersionsTabProps {
  definition: Definition;
  readonly: boolean;
  onReplaced: () => Promise<void>;
}

export function VersionsTab({ definition, readonly, onReplaced }: VersionsTabProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [chosen, setChosen] = useState<Version | null>(null);
  if (definition.versions.length === 0) {
    return <p className={styles.mute}>{t("setup.no_versions")}</p>;
  }
  return (
    <>
      <ul className={styles.rows}>
        {definition.versions.map((one) => (
          <li key={one.version} className={styles.row}>
            <span className={styles.name}>
              <strong>{t("setup.version", { version: one.version })}</strong>
              <span className={styles.mute}>
                {[one.by?.label ?? "", format.momentFull(one.at)].filter(Boolean).join(" · ")}
              </span>
            </span>
            <span className={styles.marks}>
              {one.app && <Tag color="blue">{t("setup.mark.app")}</Tag>}
              {definition.pilots.some((pilot) => pilot.version === one.version) && (
                <Tag color="purple">{t("setup.mark.pilot")}</Tag>
              )}
              {one.version === definition.version && (
                <Tag color="green">{t("setup.mark.present")}</Tag>
              )}
            </span>
            {one.version !== definition.version && (
              <Button
                aria-label={t(
                  definition.version === null
                    ? "setup.version_back.restore"
                    : "setup.version_back.look",
                  { version: one.version },
                )}
                onClick={() => setChosen(one)}
              >
                {t(
                  definition.version === null
                    ? "setup.version_back.fetch"
                    : "setup.version_back.compare",
                )}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {chosen && (
        <BackSheet
          definition={definition}
          version={chosen}
          readonly={readonly}
          onClose={() => setChosen(null)}
          onDone={async () => {
            setChosen(null);
            await onReplaced();
          }}
        />
      )}
    </>
  );
}
