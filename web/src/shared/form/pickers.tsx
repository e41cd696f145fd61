/**
 * Days and moments. On a touch screen the device's own calendar, which fits it; elsewhere a plain field until one goes
 * into it, since the calendar behind it is half as heavy as a form.
 */
import { useRef, useState, type ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/shared/format/useFormat";
import { useIsTouch } from "@/shared/media";
import { common, textOf, type InputProps } from "./input";
import type { PickerProps } from "./calendars";
import { instantOf, wallClockOf } from "./wallClock";

type Calendars = Record<"DayPicker" | "MomentPicker", ComponentType<PickerProps>>;

/** Once it is there, fields are drawn with it at once. */
let calendars: Calendars | undefined;

async function load(): Promise<Calendars> {
  calendars = await import("./calendars");
  return calendars;
}

/** A field that the calendar comes to; `shown` is the value as text. */
function calendar(name: keyof Calendars, shown: (value: string, zone: string) => string) {
  return function Calendar(props: InputProps) {
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
        placeholder={t(name === "DayPicker" ? "form.choose_day" : "form.choose_moment")}
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
const minutesOf = (instant: string, zone: string) => wallClockOf(instant, zone).slice(0, MINUTES);

const DayCalendar = calendar("DayPicker", (day) => day);
const MomentCalendar = calendar("MomentPicker", (instant, zone) =>
  minutesOf(instant, zone).replace("T", " "),
);

export function DateInput(props: InputProps) {
  if (!useIsTouch()) return <DayCalendar {...props} />;
  return (
    <input
      {...common(props)}
      type="date"
      value={textOf(props.value)}
      onChange={(event) => props.onChange(event.target.value || null)}
    />
  );
}

export function MomentInput(props: InputProps) {
  const { zone } = useFormat();
  if (!useIsTouch()) return <MomentCalendar {...props} />;
  const text = textOf(props.value);
  return (
    <input
      {...common(props)}
      type="datetime-local"
      value={text && minutesOf(text, zone)}
      onChange={({ target }) => props.onChange(target.value ? instantOf(target.value, zone) : null)}
    />
  );
}
