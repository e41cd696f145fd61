/** How one wants to be told: by how grave it is, by type, when not to be disturbed, when the daily mail comes. */
import { useQuery } from "@tanstack/react-query";
import { MailWarning } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import { Button } from "@/shared/ui/Button";
import { SettingsNote, SettingsPage, SettingsPart } from "@/shared/ui/Settings";
import { ErrorState, Skeleton, useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";
import styles from "./Preferences.module.css";
import {
  baseTypes,
  LEVELS,
  preferencesQuery,
  useSavePreferences,
  withType,
  type Choice,
  type Preferences,
  type Wanted,
} from "./preferences";
import { TryOut } from "./TryOut";

const EMAIL_WAYS = ["now", "digest", "off"] as const;
const USUAL_QUIET = { from: "22:00", to: "08:00" };
/** The types of notice that have words of their own; one that a newer server knows is shown by its key. */
const NAMED = [
  ...["assigned", "taken_over", "handed_over", "joined", "flagged", "clock_near", "clock_late"],
  ...["escalated", "nobody", "by_hand", "dealing_off", "dealing_on", "deliveries_dead", "rule"],
  ...["watch_waiting", "watch_full", "watch_idle", "watch_swing"],
] as const;

function useTypeName(): (type: string) => string {
  const { t } = useTranslation();
  return (type) => {
    const named = NAMED.find((one) => one === type) as "assigned" | undefined;
    return named ? t(`preferences.type.${named}`) : type;
  };
}

interface ChoiceProps {
  name: string;
  choice: Choice;
  /** What is grave is not kept for a daily mail. */
  urgent?: boolean;
  error?: string;
  onChange: (next: Choice) => void;
}

function ChoiceInputs({ name, choice, urgent = false, error, onChange }: ChoiceProps) {
  const { t } = useTranslation();
  return (
    <>
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={choice.in_app}
          aria-label={t("preferences.in_app_for", { name })}
          onChange={(event) => onChange({ ...choice, in_app: event.target.checked })}
        />
        <span>{t("preferences.in_app")}</span>
      </label>
      <label className={styles.way}>
        <span>{t("preferences.email")}</span>
        <select
          value={choice.email}
          aria-label={t("preferences.email_for", { name })}
          aria-invalid={error !== undefined}
          onChange={(event) =>
            onChange({ ...choice, email: event.target.value as Choice["email"] })
          }
        >
          {EMAIL_WAYS.filter((way) => !(urgent && way === "digest")).map((way) => (
            <option key={way} value={way}>
              {t(`preferences.way.${way}`)}
            </option>
          ))}
        </select>
      </label>
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </>
  );
}

interface PartProps {
  wanted: Wanted;
  errors: Record<string, string>;
  onChange: (next: Wanted) => void;
}

function Levels({ wanted, errors, onChange }: PartProps) {
  const { t } = useTranslation();
  return (
    <ul className={styles.rows}>
      {LEVELS.map((level) => {
        const name = t(`preferences.level.${level}`);
        return (
          <li key={level}>
            <span className={styles.name}>
              {name}
              <small>{t(`preferences.level_hint.${level}`)}</small>
            </span>
            <ChoiceInputs
              name={name}
              choice={wanted.levels[level]}
              urgent={level === "danger"}
              error={errors[`levels.${level}.email`]}
              onChange={(next) =>
                onChange({ ...wanted, levels: { ...wanted.levels, [level]: next } })
              }
            />
          </li>
        );
      })}
    </ul>
  );
}

function Types({ wanted, errors, onChange, known }: PartProps & { known: string[] }) {
  const { t } = useTranslation();
  const nameOf = useTypeName();
  return (
    <ul className={styles.rows}>
      {baseTypes(known).map((type) => {
        const choice = wanted.types[type];
        const name = nameOf(type);
        const set = (next: Choice | undefined) =>
          onChange({ ...wanted, types: withType(wanted.types, known, type, next) });
        return (
          <li key={type}>
            <span className={styles.name}>{name}</span>
            <label className={styles.check}>
              <input
                type="checkbox"
                checked={choice !== undefined}
                aria-label={t("preferences.own_for", { name })}
                onChange={(event) =>
                  set(event.target.checked ? { in_app: true, email: "now" } : undefined)
                }
              />
              <span>{t("preferences.own")}</span>
            </label>
            {choice && (
              <ChoiceInputs
                name={name}
                choice={choice}
                error={errors[`types.${type}.email`]}
                onChange={set}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Hours({ wanted, errors, onChange }: PartProps) {
  const { t } = useTranslation();
  const { quiet } = wanted;
  const wrong = errors["quiet.from"] ?? errors["quiet.to"];
  return (
    <div className={styles.hours}>
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={quiet !== null}
          onChange={(event) =>
            onChange({ ...wanted, quiet: event.target.checked ? USUAL_QUIET : null })
          }
        />
        <span>{t("preferences.quiet_on")}</span>
      </label>
      {quiet && (
        <div className={styles.times}>
          {(["from", "to"] as const).map((end) => (
            <label key={end}>
              <span>{t(`preferences.quiet_${end}`)}</span>
              <input
                type="time"
                value={quiet[end]}
                aria-invalid={errors[`quiet.${end}`] !== undefined}
                onChange={(event) =>
                  onChange({ ...wanted, quiet: { ...quiet, [end]: event.target.value } })
                }
              />
            </label>
          ))}
        </div>
      )}
      {wrong && (
        <p className={styles.error} role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}

function Filled({ kept }: { kept: Preferences }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const save = useSavePreferences();
  const [wanted, setWanted] = useState<Wanted>(() => ({
    levels: kept.levels,
    types: Object.fromEntries(
      Object.entries(kept.types).filter(([type]) => kept.known.types.includes(type)),
    ),
    quiet: kept.quiet,
    digest_at: kept.digest_at,
  }));
  const errors = save.error instanceof ApiError ? save.error.fieldErrors : {};
  const part = {
    wanted,
    errors,
    onChange: (next: Wanted) => {
      setWanted(next);
      save.reset();
    },
  };
  const submit = () => save.mutate(wanted, { onSuccess: () => showToast(t("record.saved")) });
  return (
    <>
      {!kept.address && (
        <SettingsNote>
          <MailWarning size={16} aria-hidden />
          {t("preferences.no_address")}
        </SettingsNote>
      )}
      <SettingsPart
        title={t("preferences.levels")}
        hint={
          kept.address
            ? t("preferences.levels_hint", { address: kept.address })
            : t("preferences.levels_hint_no_mail")
        }
      >
        <div>
          <Levels {...part} />
          {kept.address && kept.known.outside.includes("email") && (
            <TryOut address={kept.address} />
          )}
        </div>
      </SettingsPart>
      <SettingsPart title={t("preferences.quiet")} hint={t("preferences.quiet_hint")}>
        <Hours {...part} />
      </SettingsPart>
      <SettingsPart title={t("preferences.digest")} hint={t("preferences.digest_hint")}>
        <div className={styles.times}>
          <label>
            <span>{t("preferences.digest_at")}</span>
            <input
              type="time"
              value={wanted.digest_at}
              aria-invalid={errors.digest_at !== undefined}
              onChange={(event) => part.onChange({ ...wanted, digest_at: event.target.value })}
            />
          </label>
          {errors.digest_at && (
            <p className={styles.error} role="alert">
              {errors.digest_at}
            </p>
          )}
        </div>
      </SettingsPart>
      <SettingsPart title={t("preferences.types")} hint={t("preferences.types_hint")}>
        <Types {...part} known={kept.known.types} />
      </SettingsPart>
      <footer className={styles.foot}>
        {save.error && Object.keys(errors).length === 0 && (
          <p className={styles.error} role="alert">
            {errorText(save.error)}
          </p>
        )}
        <Button look="primary" busy={save.isPending} onClick={submit}>
          {t("do.save")}
        </Button>
      </footer>
    </>
  );
}

export function PreferencesPage() {
  const { t } = useTranslation();
  const found = useQuery(preferencesQuery);
  return (
    <SettingsPage title={t("preferences.title")}>
      {found.isPending ? (
        <Skeleton lines={10} />
      ) : !found.data ? (
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <Filled kept={found.data} />
      )}
    </SettingsPage>
  );
}
