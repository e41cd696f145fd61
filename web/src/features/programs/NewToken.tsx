/** Makes a token: its name, what it may do, and how long; its secret is shown this once. */
import { useId, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "@/shared/api/queries";
import { DAY } from "@/shared/format/times";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { serverNow } from "@/shared/tick";
import { Button } from "@/shared/ui/Button";
import { CopyText } from "@/shared/ui/CopyText";
import { Sheet } from "@/shared/ui/Overlay";
import { SelectField } from "@/shared/ui/SelectField";
import { TextField } from "@/shared/ui/TextField";
import { useAsked } from "@/shared/useAsked";
import { makeToken, type Token } from "./api";
import styles from "./Programs.module.css";
import { scopesOf, WHOLE } from "./scopes";

/** Days that a token may last; none is without an end. */
const SPANS = ["30", "90", "365"] as const;

export function NewToken({ onMade, onClose }: { onMade: () => void; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useId();
  const objects = useCatalog()?.objects ?? [];
  const { ask, busy, errors } = useAsked("form");
  const [name, setName] = useState("");
  const [whole, setWhole] = useState<string[]>([]);
  const [single, setSingle] = useState<Record<string, string>>({});
  const [days, setDays] = useState("90");
  const [made, setMade] = useState<Token & { secret: string }>();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const expires = days && new Date(serverNow() + Number(days) * DAY).toISOString();
    const token = await ask(() =>
      makeToken({
        name: name.trim(),
        scopes: scopesOf(whole, single),
        ...(expires && { expires_at: expires }),
      }),
    );
    if (!token) return;
    setMade(token);
    onMade();
  };
  if (made) {
    const example = `curl -H "Authorization: Bearer ${made.secret}" ${location.origin}/api/v1/me`;
    return (
      <Sheet
        kind="dialog"
        label={t("programs.made", { name: made.name })}
        onClose={onClose}
        foot={
          <Button look="primary" onClick={onClose}>
            {t("programs.kept")}
          </Button>
        }
      >
        <div className={styles.stack} role="status">
          <CopyText label={t("programs.token")} text={made.secret} hint={t("programs.once_hint")} />
          <CopyText label={t("programs.example")} text={example} />
        </div>
      </Sheet>
    );
  }
  return (
    <Sheet
      kind="dialog"
      wide
      label={t("programs.new_token")}
      onClose={onClose}
      foot={
        <>
          {errors.form && (
            <p className={styles.error} role="alert">
              {errors.form}
            </p>
          )}
          <Button onClick={onClose}>{t("do.cancel")}</Button>
          <Button type="submit" form={form} look="primary" busy={busy}>
            {t("do.create")}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.stack} onSubmit={(event) => void submit(event)}>
        <TextField
          label={t("programs.name")}
          hint={t("programs.name_hint")}
          required
          maxLength={100}
          data-autofocus
          value={name}
          error={errors.name}
          onChange={setName}
        />
        <fieldset className={styles.scopes}>
          <legend>{t("programs.scopes")}</legend>
          <p className={styles.mute}>{t("programs.scopes_hint")}</p>
          {WHOLE.map((one) => (
            <label key={one}>
              <input
                type="checkbox"
                checked={whole.includes(one)}
                onChange={(event) =>
                  setWhole(
                    event.target.checked ? [...whole, one] : whole.filter((other) => other !== one),
                  )
                }
              />
              {t(`programs.scope_${one}`)}
            </label>
          ))}
          <p className={styles.mute}>{t("programs.or_objects")}</p>
          <div className={styles.objects}>
            {objects.map((object) => (
              <span key={object.name}>
                {object.label}
                <ChoiceBlank
                  label={object.label}
                  value={single[object.name] ?? ""}
                  empty={t("programs.nothing")}
                  options={[
                    { key: "read", label: t("programs.may_read") },
                    { key: "write", label: t("programs.may_write") },
                  ]}
                  onChange={(level) => setSingle((now) => ({ ...now, [object.name]: level }))}
                />
              </span>
            ))}
          </div>
          {errors.scopes && (
            <p className={styles.error} role="alert">
              {errors.scopes}
            </p>
          )}
        </fieldset>
        <SelectField
          label={t("programs.lasts")}
          value={days}
          empty={t("programs.no_end")}
          options={SPANS.map((key) => ({
            key,
            label: t("programs.days", { count: Number(key) }),
          }))}
          error={errors.expires_at}
          onChange={setDays}
        />
      </form>
    </Sheet>
  );
}
