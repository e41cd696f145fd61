/** Who is trying another version, and what becomes of that. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { currentLocale, type Locale } from "@/shared/i18n";
import { Button } from "@/shared/ui/Button";
import { Confirm } from "@/shared/ui/Confirm";
import { useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";
import { diffQuery, endPilot, publish, type Definition, type GroupOf, type Trial } from "./api";
import styles from "./Definitions.module.css";
import { Differences } from "./Differences";

/** The names of a group, departments first. */
export function groupNames({ people, departments }: GroupOf, locale: Locale): string {
  const names = [...departments, ...people].flatMap((one) => (one ? [one.label] : []));
  return new Intl.ListFormat(locale).format(names);
}

/** What the group has that the others have not: the form shows what these work with. */
function TrialChanges({ definition, trial }: { definition: Definition; trial: Trial }) {
  const { t } = useTranslation();
  const { kind, key, version, body } = definition;
  const found = useQuery({
    ...diffQuery(kind, key, "present", String(trial.version), String(version)),
    enabled: body !== null,
  });
  if (!found.data) return null;
  return (
    <>
      <p className={styles.mute}>{t("setup.trial.differs")}</p>
      <Differences items={found.data.items} bodies={[trial.body, body]} />
    </>
  );
}

interface TrialsProps {
  definition: Definition;
  readonly: boolean;
  onDone: () => Promise<void>;
}

export function Trials({ definition, readonly, onDone }: TrialsProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [asked, setAsked] = useState<{ trial: Trial; promote: boolean } | null>(null);
  const told = (trial: Trial) => ({
    name: definition.label,
    names: groupNames(trial, currentLocale()),
    version: trial.version,
  });
  const decide = useMutation({
    mutationFn: ({ trial, promote }: { trial: Trial; promote: boolean }): Promise<unknown> =>
      promote
        ? publish({ pilot: trial.release, note: t("setup.trial.note", told(trial)) })
        : endPilot(trial.release),
    onSuccess: async (_, { promote }) => {
      showToast(t(promote ? "setup.publish.done" : "setup.trial.ended"));
      setAsked(null);
      await onDone();
    },
  });
  const ask = (trial: Trial, promote: boolean) => {
    decide.reset();
    setAsked({ trial, promote });
  };
  return (
    <section>
      <h2>{t("setup.trial.title")}</h2>
      {definition.pilots.map((one) => (
        <div key={one.release} className={styles.trial}>
          <p>{t("setup.trial.who", told(one))}</p>
          <TrialChanges definition={definition} trial={one} />
          {!readonly && (
            <div className={styles.buttons}>
              <Button onClick={() => ask(one, true)}>{t("setup.trial.promote")}</Button>
              <Button look="ghost" onClick={() => ask(one, false)}>
                {t("setup.trial.end")}
              </Button>
            </div>
          )}
        </div>
      ))}
      {asked && (
        <Confirm
          label={t(asked.promote ? "setup.trial.promote" : "setup.trial.end")}
          look={asked.promote ? "primary" : "danger"}
          text={t(
            asked.promote ? "setup.trial.promote_asks" : "setup.trial.end_asks",
            told(asked.trial),
          )}
          busy={decide.isPending}
          error={decide.isError ? errorText(decide.error) : undefined}
          onConfirm={() => decide.mutate(asked)}
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  );
}
