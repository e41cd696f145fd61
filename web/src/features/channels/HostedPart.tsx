/** The hosted form: what it asks for and says, how it keeps robots out, where it may stand, and how it looks. */
import { RotateCw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/shared/api/queries";
import type { ObjectDef } from "@/shared/api/types";
import { labelIn, listIn, partOf, put, putIn, said, textIn } from "@/shared/definition/body";
import type { DefinitionBody, DefinitionFormProps, Label } from "@/shared/definition/form";
import { ChoiceBlank, TextBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { ItemList } from "@/shared/sentence/ItemList";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import { Button } from "@/shared/ui/Button";
import { CopyText } from "@/shared/ui/CopyText";
import { Switch } from "@/shared/ui/Switch";
import { TextField } from "@/shared/ui/TextField";
import { showToast } from "@/shared/ui/toast";
import { useAsked } from "@/shared/useAsked";
import { Rate } from "./AccessPart";
import { makeSecret } from "./api";
import styles from "./Channels.module.css";
import { askable, choicesOf, fillable } from "./fields";

const TEXTS = ["title", "text", "button", "thanks"] as const;
const MEASURED = [
  ...["seconds", "referrer", "page", "utm_source", "utm_medium", "utm_campaign", "utm_term"],
  "utm_content",
] as const;
const CAPTCHAS = ["altcha", "geetest", "none"] as const;

/** A field of the form is a name, or `{field, label?, required?}`. */
function readAsked(raw: unknown): DefinitionBody & { field: string } {
  if (typeof raw === "string") return { field: raw };
  const whole = (raw ?? {}) as DefinitionBody;
  return { ...whole, field: textIn(whole, "field") };
}

function writeAsked(asked: DefinitionBody & { field: string }): unknown {
  return Object.keys(asked).length === 1 ? asked.field : asked;
}

interface PartProps extends DefinitionFormProps {
  object: ObjectDef | undefined;
}

function FieldsAsked({ body, onChange, problems, readonly, object }: PartProps) {
  const { t } = useTranslation();
  const form = partOf(body, "form");
  const fields = askable(object);
  const items = listIn<unknown>(form, "fields");
  const labelOf = (name: string) => fields.find((one) => one.name === name)?.label ?? name;
  const taken = items.map((one) => readAsked(one).field);
  const free = fields.find((one) => !taken.includes(one.name));
  return (
    <ItemList<unknown>
      items={items}
      onChange={(next) => onChange(putIn(body, "form", "fields", next))}
      keyOf={(one) => readAsked(one).field}
      nameOf={(one) => labelOf(readAsked(one).field)}
      add={free && { label: t("channel.add_field"), make: () => free.name }}
      error={problems["form.fields"]}
      readonly={readonly}
    >
      {(one, change, at) => {
        const asked = readAsked(one);
        const place = `form.fields[${at}]`;
        return (
          <div className={styles.asked}>
            <ChoiceBlank
              label={t("channel.field")}
              value={asked.field}
              options={choicesOf(
                fields.filter((f) => f.name === asked.field || !taken.includes(f.name)),
              )}
              error={problems[place] ?? problems[`${place}.field`]}
              readonly={readonly}
              onChange={(field) => change(writeAsked({ ...asked, field }))}
            />
            <label className={styles.check}>
              <input
                type="checkbox"
                checked={asked.required === true}
                disabled={readonly}
                onChange={(event) =>
                  change(writeAsked(put(asked, "required", event.target.checked || undefined)))
                }
              />
              {t("channel.required")}
            </label>
            <LabelBlank
              label={t("channel.shown_as", { field: labelOf(asked.field) })}
              value={labelIn(asked)}
              error={problems[`${place}.label`]}
              readonly={readonly}
              onChange={(label: Label) =>
                change(
                  writeAsked(
                    put(asked, "label", Object.keys(label).length > 0 ? label : undefined),
                  ),
                )
              }
            />
          </div>
        );
      }}
    </ItemList>
  );
}

/** What the page measures by itself, and which field it is for; the rest is kept beside the record. */
function Measured({ body, onChange, problems, readonly, object }: PartProps) {
  const { t } = useTranslation();
  const form = partOf(body, "form");
  const measured = partOf(form, "measured");
  return (
    <details className={styles.fold}>
      <summary>{t("channel.measured")}</summary>
      <p className={styles.mute}>{t("channel.measured_hint")}</p>
      <div className={styles.grid}>
        {MEASURED.map((word) => (
          <label key={word} className={styles.pair}>
            <code>{word}</code>
            <ChoiceBlank
              label={t("channel.measured_of", { word })}
              value={textIn(measured, word)}
              empty={t("channel.measured_none")}
              options={choicesOf(fillable(object))}
              error={problems[`form.measured.${word}`]}
              readonly={readonly}
              onChange={(field) =>
                onChange(put(body, "form", putIn(form, "measured", word, field || undefined)))
              }
            />
          </label>
        ))}
      </div>
    </details>
  );
}

function GeetestKey({ channel }: { channel: string }) {
  const { t } = useTranslation();
  const { ask, busy, errors } = useAsked("secret");
  const [secret, setSecret] = useState("");
  const keep = async () => {
    if (!(await ask(() => makeSecret(channel, "geetest", secret.trim())))) return;
    setSecret("");
    showToast(t("channel.geetest_kept"));
  };
  return (
    <div className={styles.row}>
      <TextField
        type="password"
        autoComplete="off"
        label={t("channel.geetest_key")}
        hint={t("channel.geetest_key_hint")}
        value={secret}
        error={errors.secret}
        onChange={setSecret}
      />
      <Button busy={busy} disabled={secret.trim() === ""} onClick={() => void keep()}>
        {t("do.save")}
      </Button>
    </div>
  );
}

function Robots({ body, onChange, problems, readonly }: PartProps) {
  const { t } = useTranslation();
  const everything = useMe()?.permissions.everything;
  const form = partOf(body, "form");
  const captcha = textIn(form, "captcha") || "altcha";
  return (
    <>
      <label className={styles.pair}>
        {t("channel.captcha")}
        <ChoiceBlank
          label={t("channel.captcha")}
          value={captcha}
          options={CAPTCHAS.map((key) => ({ key, label: t(`channel.captcha_${key}`) }))}
          error={problems["form.captcha"]}
          readonly={readonly}
          onChange={(next) =>
            onChange(putIn(body, "form", "captcha", next === "altcha" ? undefined : next))
          }
        />
      </label>
      {captcha === "geetest" && (
        <>
          <label className={styles.pair}>
            {t("channel.geetest")}
            <TextBlank
              label={t("channel.geetest")}
              size={34}
              value={textIn(form, "geetest")}
              error={problems["form.geetest"]}
              readonly={readonly}
              onChange={(id) => onChange(putIn(body, "form", "geetest", id || undefined))}
            />
          </label>
          {everything && <GeetestKey channel={textIn(body, "channel")} />}
        </>
      )}
      <Rate
        words={t("channel.form_limit_is")}
        label={t("channel.form_limit")}
        value={textIn(form, "limit")}
        error={problems["form.limit"]}
        readonly={readonly}
        onChange={(rate) => onChange(putIn(body, "form", "limit", rate))}
      />
    </>
  );
}

/** The form as it is in force, and what puts it onto another site. */
function Published({ channel, title }: { channel: string; title: string }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(0);
  const base = `${location.origin}/api/v1/intake/${channel}`;
  return (
    <>
      <CopyText label={t("channel.link")} text={`${base}/form`} />
      <CopyText
        label={t("channel.embed")}
        text={`<script src="${base}/embed.js" data-title="${title.replaceAll('"', "&quot;")}"></script>`}
        hint={t("channel.embed_hint")}
      />
      <div className={styles.previewHead}>
        <span>{t("channel.preview")}</span>
        <Button look="ghost" icon={<RotateCw size={15} />} onClick={() => setShown(shown + 1)}>
          {t("channel.refresh")}
        </Button>
      </div>
      <iframe
        key={shown}
        className={styles.preview}
        title={t("channel.preview")}
        src={`/api/v1/intake/${channel}/form`}
      />
    </>
  );
}

export function HostedPart(props: PartProps) {
  const { body, onChange, problems, readonly } = props;
  const { t } = useTranslation();
  const form = partOf(body, "form");
  const on = body.form !== undefined;
  const title = labelIn(form, "title");
  return (
    <FormPart title={t("channel.form")} hint={t("channel.form_hint")}>
      <Switch
        label={t("channel.form_on")}
        on={on}
        disabled={readonly}
        onChange={(next) =>
          onChange(
            put(body, "form", next ? { fields: listIn<string>(body, "contact") } : undefined),
          )
        }
      />
      {on && (
        <>
          {TEXTS.map((key) => (
            <div key={key} className={styles.text}>
              {t(`channel.form_${key}`)}
              <LabelBlank
                label={t(`channel.form_${key}`)}
                long={key === "text"}
                value={labelIn(form, key)}
                error={problems[`form.${key}`]}
                readonly={readonly}
                onChange={(label) =>
                  onChange(
                    putIn(body, "form", key, Object.keys(label).length > 0 ? label : undefined),
                  )
                }
              />
            </div>
          ))}
          <h3 className={styles.heading}>{t("channel.fields")}</h3>
          <FieldsAsked {...props} />
          <h3 className={styles.heading}>{t("channel.robots")}</h3>
          <Robots {...props} />
          <Measured {...props} />
          <TextField
            label={t("channel.origins")}
            hint={t("channel.origins_hint")}
            placeholder="https://www.example.com"
            readOnly={readonly}
            value={listIn<string>(form, "origins").join(" ")}
            error={problems["form.origins"]}
            onChange={(text) =>
              onChange(
                putIn(
                  body,
                  "form",
                  "origins",
                  text.trim() ? text.trimStart().split(/\s+/) : undefined,
                ),
              )
            }
          />
          <Published channel={textIn(body, "channel")} title={said(title)} />
        </>
      )}
    </FormPart>
  );
}
