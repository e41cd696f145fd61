/** Who may post: with a key, or signed; how often; and the address and an example to hand to who builds the sender. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/shared/api/queries";
import { partOf, put, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ChoiceBlank, NumberBlank, TextBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { Sentence } from "@/shared/sentence/Sentence";
import { Button } from "@/shared/ui/Button";
import { Confirm } from "@/shared/ui/Confirm";
import { CopyText } from "@/shared/ui/CopyText";
import { Switch } from "@/shared/ui/Switch";
import { useAsked } from "@/shared/useAsked";
import { makeSecret } from "./api";
import styles from "./Channels.module.css";
import { randomKey, sha256 } from "./sha256";
import { readRate, UNITS, writeRate } from "./source";

interface RateProps {
  words: string;
  label: string;
  value: string;
  error?: string;
  readonly: boolean;
  onChange: (rate: string | undefined) => void;
}

export function Rate({ words, label, value, error, readonly, onChange }: RateProps) {
  const { t } = useTranslation();
  const { number, unit } = readRate(value);
  return (
    <Sentence
      words={words}
      blanks={{
        number: (
          <NumberBlank
            label={label}
            min={1}
            value={number}
            error={error}
            readonly={readonly}
            onChange={(next) => onChange(writeRate(next, unit))}
          />
        ),
        unit: (
          <ChoiceBlank
            label={t("channel.unit", { label })}
            value={unit}
            options={UNITS.map((key) => ({ key, label: t(`channel.per_${key}`) }))}
            readonly={readonly}
            onChange={(next) =>
              onChange(writeRate(number, UNITS.find((one) => one === next) ?? unit))
            }
          />
        ),
      }}
    />
  );
}

const SIGNED = ["header", "timestamp", "prefix", "over", "tolerance"] as const;
const USUAL = {
  header: "Closeloop-Signature",
  timestamp: "",
  prefix: "",
  over: "{timestamp}.{body}",
  tolerance: "5m",
};

function SignatureRows({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const signature = partOf(body, "signature");
  // `{}` is a signature of the usual form, so an emptied one stays.
  const set = (key: string, value: unknown) =>
    onChange(put(body, "signature", put(signature, key, value)));
  return (
    <div className={styles.grid}>
      {SIGNED.map((key) => (
        <label key={key} className={styles.pair}>
          {t(`channel.sign_${key}`)}
          <TextBlank
            label={t(`channel.sign_${key}`)}
            size={22}
            placeholder={USUAL[key]}
            value={textIn(signature, key)}
            error={problems[`signature.${key}`]}
            readonly={readonly}
            onChange={(next) => set(key, next || undefined)}
          />
        </label>
      ))}
      <label className={styles.pair}>
        {t("channel.sign_encoding")}
        <ChoiceBlank
          label={t("channel.sign_encoding")}
          value={textIn(signature, "encoding") || "hex"}
          options={["hex", "base64"].map((key) => ({ key, label: key }))}
          error={problems["signature.encoding"]}
          readonly={readonly}
          onChange={(next) => set("encoding", next)}
        />
      </label>
    </div>
  );
}

/** Makes the secret that senders sign with; it is shown this once and never part of the definition. */
function SecretMaker({ channel }: { channel: string }) {
  const { t } = useTranslation();
  const everything = useMe()?.permissions.everything;
  const { ask, busy, errors } = useAsked("form");
  const [asking, setAsking] = useState(false);
  const [secret, setSecret] = useState<string>();
  if (!everything) return <p className={styles.mute}>{t("channel.secret_who")}</p>;
  const make = async () => {
    const made = await ask(() => makeSecret(channel, "signature"));
    if (!made) return;
    setAsking(false);
    setSecret(made.secret);
  };
  return (
    <>
      {secret ? (
        <div role="status">
          <CopyText label={t("channel.secret")} text={secret} hint={t("channel.secret_once")} />
        </div>
      ) : (
        <Button onClick={() => setAsking(true)}>{t("channel.new_secret")}</Button>
      )}
      {asking && (
        <Confirm
          label={t("channel.new_secret")}
          text={t("channel.sure_secret")}
          busy={busy}
          error={errors.form}
          onConfirm={() => void make()}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

function exampleOf(address: string, signed: boolean, key: string | undefined): string {
  const proof = signed
    ? `-H "Closeloop-Signature: t=$T,v1=$(printf '%s.%s' "$T" "$BODY" | openssl dgst -sha256 -hmac "$SECRET" -hex | sed 's/.* //')"`
    : `-H "Closeloop-Intake-Key: ${key ?? "$KEY"}"`;
  const begin = signed ? "T=$(date +%s)\n" : "";
  return `BODY='{"name": "…", "phone": "13800138000"}'\n${begin}curl -X POST ${address} \\\n  -H "Content-Type: application/json" \\\n  ${proof} \\\n  -d "$BODY"`;
}

export function AccessPart(props: DefinitionFormProps) {
  const { body, onChange, problems, readonly } = props;
  const { t } = useTranslation();
  const [key, setKey] = useState<string>();
  const channel = textIn(body, "channel");
  const signed = body.signature !== undefined;
  const keyed = textIn(body, "key_hash") !== "";
  const address = `${location.origin}/api/v1/intake/${channel}`;
  const newKey = () => {
    const made = randomKey();
    setKey(made);
    onChange(put(body, "key_hash", sha256(made)));
  };
  return (
    <FormPart title={t("channel.access")} hint={t("channel.access_hint")}>
      <Switch
        label={t("channel.signed")}
        on={signed}
        disabled={readonly}
        onChange={(on) => onChange(put(body, "signature", on ? {} : undefined))}
      />
      {signed ? (
        <>
          <SignatureRows {...props} />
          <SecretMaker channel={channel} />
        </>
      ) : (
        <>
          <p className={styles.mute}>{t(keyed ? "channel.has_key" : "channel.no_key")}</p>
          {key && (
            <div role="status">
              <CopyText label={t("channel.key")} text={key} hint={t("channel.key_once")} />
            </div>
          )}
          {!readonly && (
            <div className={styles.row}>
              <Button onClick={newKey}>{t(keyed ? "channel.other_key" : "channel.new_key")}</Button>
            </div>
          )}
        </>
      )}
      {problems.key_hash && (
        <p className={styles.error} role="alert">
          {problems.key_hash}
        </p>
      )}
      <Rate
        words={t("channel.limit_is")}
        label={t("channel.limit")}
        value={textIn(body, "limit")}
        error={problems.limit}
        readonly={readonly}
        onChange={(rate) => onChange(put(body, "limit", rate))}
      />
      {(keyed || signed) && (
        <>
          <CopyText label={t("channel.address")} text={address} />
          <CopyText
            label={t("channel.example")}
            text={exampleOf(address, signed, key)}
            hint={t(signed ? "channel.example_signed" : "channel.example_hint")}
          />
        </>
      )}
    </FormPart>
  );
}
