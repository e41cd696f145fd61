/** Inputs of several parts: checklist, place, address and files; a chunk of their own, fetched with the first of them. */
import { LocateFixed } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Address as AddressValue, Place as PlaceValue } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { Button } from "@/shared/ui/Button";
import { isAddress, isPlace } from "@/shared/ui/shapes";
import form from "./Form.module.css";
import { group, type InputProps } from "./input";
import { offeredOptions } from "./offered";
import styles from "./Parts.module.css";

export { FilesInput as Files } from "./FilesInput";

export function Checklist(props: InputProps) {
  const { field, value, onChange } = props;
  const done = Array.isArray(value) ? value.map(String) : [];
  const items = offeredOptions(field, value);
  const toggle = (key: string) => {
    const now = done.includes(key) ? done.filter((one) => one !== key) : [...done, key];
    // In the order of the list, so that ticking and unticking changes nothing.
    onChange(items.map((item) => item.key).filter((one) => now.includes(one)));
  };
  return (
    <div {...group(props)} className={styles.checklist}>
      {items.map((item) => (
        <label key={item.key} className={styles.tick}>
          <input
            type="checkbox"
            className={form.check}
            checked={done.includes(item.key)}
            onChange={() => toggle(item.key)}
          />
          {item.label}
        </label>
      ))}
    </div>
  );
}

const NOWHERE: PlaceValue = { lat: "", lng: "" };
const LOCATE_WITHIN = 15_000;
/** About a metre. */
const DIGITS = 5;

export function Place(props: InputProps) {
  const { value, onChange, invalid } = props;
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const place = isPlace(value) ? value : NOWHERE;

  const locate = () => {
    setFailed(false);
    // A browser offers it over https only.
    if (!("geolocation" in navigator)) return setFailed(true);
    setBusy(true);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setBusy(false);
        onChange({
          lat: Number(coords.latitude.toFixed(DIGITS)),
          lng: Number(coords.longitude.toFixed(DIGITS)),
          accuracy: Math.round(coords.accuracy),
        });
      },
      () => {
        setBusy(false);
        setFailed(true);
      },
      { enableHighAccuracy: true, timeout: LOCATE_WITHIN },
    );
  };
  return (
    <div {...group(props)} className={styles.place}>
      {(["lat", "lng"] as const).map((part) => (
        <input
          key={part}
          className={form.input}
          inputMode="decimal"
          autoComplete="off"
          aria-invalid={invalid}
          aria-label={t(`form.place.${part}`)}
          placeholder={t(`form.place.${part}`)}
          value={place[part]}
          // What the old point was called says nothing about the new one.
          onChange={(event) =>
            onChange({ lat: place.lat, lng: place.lng, [part]: event.target.value })
          }
        />
      ))}
      <Button icon={<LocateFixed size={15} />} busy={busy} onClick={locate}>
        {t("form.place.here")}
      </Button>
      {place.address && <span className={styles.hint}>{place.address}</span>}
      {failed && (
        <p className={styles.failed} role="alert">
          {t("form.place.failed")}
        </p>
      )}
    </div>
  );
}

const PARTS = ["province", "city", "district", "street", "postcode"] as const;
const FILLED_BY_BROWSER = {
  province: "address-level1",
  city: "address-level2",
  district: "address-level3",
  street: "street-address",
  postcode: "postal-code",
};

export function Address(props: InputProps) {
  const { value, onChange, invalid } = props;
  const { t } = useTranslation();
  const { locale } = useFormat();
  const address: AddressValue = isAddress(value) ? value : {};
  const parts = locale === "zh-CN" ? PARTS : PARTS.toReversed();
  return (
    <div {...group(props)} className={styles.address}>
      {parts.map((part) => (
        <input
          key={part}
          className={form.input}
          data-part={part}
          autoComplete={FILLED_BY_BROWSER[part]}
          inputMode={part === "postcode" ? "numeric" : undefined}
          aria-invalid={invalid}
          aria-label={t(`form.address.${part}`)}
          placeholder={t(`form.address.${part}`)}
          value={address[part] ?? ""}
          onChange={(event) => onChange({ ...address, [part]: event.target.value })}
        />
      ))}
    </div>
  );
}
