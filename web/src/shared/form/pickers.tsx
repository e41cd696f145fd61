/** Days and moments: a plain field until one goes into it, since the calendar behind it is half as heavy as a form. */
import { useRef, useState, type ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/shared/format/useFormat";
import { common, textOf, type InputProps } from "./input";
import type { PickerProps } from "./calendars";
import { wallClockOf } from "./wallClock";

type Calendars = Record<"DayPicker" | "MomentPicker", ComponentType<PickerProps>>;

/** Once it is there, fields are drawn with it at once. */
let calendars: Calendars | undefined;

async function load(): Promise<Calendars> {
  calendars = await import("./calendars");
  return calendars;
}

function picker(name: keyof Calendars, shown: (value: string, zone: string) => string) {
  return function Picker(props: InputProps) {
    const { t } = useTranslation();
    const { zone } = useFormat();
    const [found, setFound] = useState(calendars);
    const field = useRef<HTMLInputElement>(null);
    const clicked = useRef(false);
    const [entered, setEntered] = useState<"by pointer" | "by keyboard">();
    if (found) {
      const Found = found[name];
      return <Found {...props} autoFocus={entered !== undefined} open={entered === "by pointer"} />;
    }
    const text = textOf(props.value);
    return (
      <input
        {...common(props)}
        ref={field}
        type="text"
        readOnly
        value={text && shown(text, zone)}
        placeholder={t("form.choose")}
        onPointerDown={() => (clicked.current = true)}
        onFocus={() =>
          void load().then((all) => {
            // Whoever has gone on to another field meanwhile is not called back.
            if (document.activeElement === field.current) {
              setEntered(clicked.current ? "by pointer" : "by keyboard");
            }
            setFound(all);
          })
        }
      />
    );
  };
}

const MINUTES = "2026-11-22T09:30".length;

export const DateInput = picker("DayPicker", (day) => day);
export const MomentInput = picker("MomentPicker", (instant, zone) =>
  wallClockOf(instant, zone).slice(0, MINUTES).replace("T", " "),
);
