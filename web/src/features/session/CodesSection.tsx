/** Sets up one-time codes as a second factor, step by step, and takes them away. */
import { ShieldCheck } from "lucide-react";
import { useMemo, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/shared/api/queries";
import { Button } from "@/shared/ui/Button";
import { CopyButton } from "@/shared/ui/CopyButton";
import { Sheet } from "@/shared/ui/Overlay";
import { SettingsPart } from "@/shared/ui/Settings";
import { Tag } from "@/shared/ui/Tag";
import { TextField } from "@/shared/ui/TextField";
import { beginCodes, confirmCodes, endCodes, type Enrolment } from "./api";
import { qrCode } from "./qr";
import styles from "./SecurityPage.module.css";
import { useAsked } from "./useAsked";

/** The light squares around a code that scanners need. */
const MARGIN = 4;

function QrCode({ text, label }: { text: string; label: string }) {
  const rows = useMemo(() => qrCode(text), [text]);
  const size = rows.length + 2 * MARGIN;
  const path = rows
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + MARGIN} ${y + MARGIN}h1v1h-1z` : "")))
    .join("");
  return (
    <svg
      className={styles.qr}
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  );
}

interface StepProps<T> {
  onDone: (made: T) => void;
  onCancel: () => void;
}

/** Scan, then prove with the first code that it worked. */
function Enrol({ secret, uri, onDone, onCancel }: Enrolment & StepProps<string[]>) {
  const { t } = useTranslation();
  const { ask, busy, errors } = useAsked("code");
  const [code, setCode] = useState("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await ask(() => confirmCodes(code));
    if (made) onDone(made.recovery_codes);
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <p>{t("security.scan")}</p>
      <QrCode text={uri} label={t("security.qr")} />
      <p className={styles.mute}>{t("security.by_hand")}</p>
      <div className={styles.secret}>
        <code>{secret.match(/.{1,4}/g)?.join(" ")}</code>
        <CopyButton text={secret} />
      </div>
      <a className={styles.link} href={uri}>
        {t("security.open_app")}
      </a>
      <TextField
        label={t("session.code")}
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        autoFocus
        value={code}
        error={errors.code}
        onChange={setCode}
      />
      <div className={styles.buttons}>
        <Button type="submit" look="primary" busy={busy}>
          {t("security.turn_on")}
        </Button>
        <Button onClick={onCancel}>{t("do.cancel")}</Button>
      </div>
    </form>
  );
}

/** The codes that let in without the phone; nobody can show them again. */
function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={styles.form}>
      <p role="status">
        <strong>{t("security.on_now")}</strong> {t("security.recovery_hint")}
      </p>
      <ul className={styles.codes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className={styles.buttons}>
        <Button look="primary" onClick={onDone}>
          {t("security.kept")}
        </Button>
        <CopyButton text={codes.join("\n")} />
      </div>
    </div>
  );
}

interface PasswordSheetProps extends StepProps<void> {
  label: string;
  hint: string;
  send: (password: string) => Promise<unknown>;
}

/** Asks for the password again before something grave. */
function PasswordSheet({ label, hint, send, onDone, onCancel }: PasswordSheetProps) {
  const { t } = useTranslation();
  const { ask, busy, errors } = useAsked("password");
  const [password, setPassword] = useState("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const done = await ask(async () => {
      await send(password);
      return true;
    });
    if (done) onDone();
  };
  return (
    <Sheet kind="dialog" label={label} onClose={onCancel}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <p>{hint}</p>
        <TextField
          type="password"
          label={t("security.present_password")}
          autoComplete="current-password"
          required
          data-autofocus
          value={password}
          error={errors.password}
          onChange={setPassword}
        />
        <div className={styles.buttons}>
          <Button type="submit" look="primary" busy={busy}>
            {t("security.go_on")}
          </Button>
          <Button onClick={onCancel}>{t("do.cancel")}</Button>
        </div>
      </form>
    </Sheet>
  );
}

export function CodesSection({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const on = useMe()?.second_factor === true;
  const { ask, busy, errors } = useAsked("begin");
  const [asking, setAsking] = useState<"anew" | "off">();
  const [enrolment, setEnrolment] = useState<Enrolment>();
  const [codes, setCodes] = useState<string[]>();

  const begin = async (password?: string) => setEnrolment(await beginCodes(password));
  const done = () => {
    setCodes(undefined);
    onDone();
  };

  return (
    <SettingsPart
      title={
        <>
          {t("security.codes")}
          <Tag color={on ? "green" : "gray"} icon={on && <ShieldCheck size={13} aria-hidden />}>
            {t(on ? "security.on" : "security.off")}
          </Tag>
        </>
      }
      hint={t("security.codes_hint")}
    >
      {codes ? (
        <RecoveryCodes codes={codes} onDone={done} />
      ) : enrolment ? (
        <Enrol
          {...enrolment}
          onDone={(made) => {
            setEnrolment(undefined);
            setCodes(made);
          }}
          onCancel={() => setEnrolment(undefined)}
        />
      ) : on ? (
        <div className={styles.buttons}>
          <Button onClick={() => setAsking("anew")}>{t("security.anew")}</Button>
          <Button onClick={() => setAsking("off")}>{t("security.turn_off")}</Button>
        </div>
      ) : (
        <div className={styles.buttons}>
          <Button look="primary" busy={busy} onClick={() => void ask(() => begin())}>
            {t("security.set_up")}
          </Button>
          {errors.begin && (
            <p className={styles.error} role="alert">
              {errors.begin}
            </p>
          )}
        </div>
      )}
      {asking && (
        <PasswordSheet
          label={t(asking === "anew" ? "security.anew" : "security.turn_off")}
          hint={t(asking === "anew" ? "security.anew_hint" : "security.off_hint")}
          send={asking === "anew" ? begin : endCodes}
          onCancel={() => setAsking(undefined)}
          onDone={() => {
            setAsking(undefined);
            if (asking === "off") done();
          }}
        />
      )}
    </SettingsPart>
  );
}
