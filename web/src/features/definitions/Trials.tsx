/** Who is trying another version, and what becomes of that. */
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { currentLocale, type Locale } from "@/shared/i18n";
import { Button } from "@/shared/ui/Button";
import { useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";
import { endPilot, publish, type Definition, type GroupOf } from "./api";
import styles from "./Definitions.module.css";

/** The names of a group, departments first. */
export function groupNames({ people, departments }: GroupOf, locale: Locale): string {
  const names = [...departments, ...people].flatMap((one) => (one ? [one.label] : []));
  return new Intl.ListFormat(locale).format(names);
}

interface TrialsProps {
  definition: Definition;
  readonly: boolean;
  onDone: () => Promise<void>;
}

export function Trials({ definition, readonly, onDone }: TrialsProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const decide = useMutation({
    mutationFn: ({ release, promote }: { release: number; promote: boolean }) =>
      promote ? publish({ pilot: release }) : endPilot(release),
    onSuccess: async (_, { promote }) => {
      showToast(t(promote ? "setup.publish.done" : "setup.trial.ended"));
      await onDone();
    },
    onError: (error) => showToast(errorText(error), "failed"),
  });
  return (
    <section>
      <h2>{t("setup.trial.title")}</h2>
      {definition.pilots.map((one) => (
        <div key={one.release} className={styles.trial}>
          <p>
            {t("setup.trial.who", {
              names: groupNames(one, currentLocale()),
              version: one.version,
            })}
          </p>
          {!readonly && (
            <div className={styles.buttons}>
              <Button
                disabled={decide.isPending}
                onClick={() => decide.mutate({ release: one.release, promote: true })}
              >
                {t("setup.trial.promote")}
              </Button>
              <Button
                look="ghost"
                disabled={decide.isPending}
                onClick={() => decide.mutate({ release: one.release, promote: false })}
              >
                {t("setup.trial.end")}
              </Button>
            </div>
          )}
        </div>
      ))}
    </section>
  );
}
