/** antd's calendars for days and moments; fetched when one first goes into such a field. */
import { ConfigProvider, DatePicker, type DatePickerProps } from "antd";
import inEnglish from "antd/es/date-picker/locale/en_US";
import inChinese from "antd/es/date-picker/locale/zh_CN";
import dayjs, { type Dayjs } from "dayjs";
import "dayjs/locale/zh-cn";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/shared/format/useFormat";
import { serverNow } from "@/shared/tick";
import { textOf, type InputProps } from "./input";
import { useMomentLabel } from "./Moments";
import { instantOf, usualMoments, wallClockOf } from "./wallClock";

export interface PickerProps extends InputProps {
  /** It takes the place of a field that one is in. */
  autoFocus: boolean;
  /** Whether it opens at once. */
  open: boolean;
}

const DAY_FORMAT = "YYYY-MM-DD";
const MOMENT_FORMAT = "YYYY-MM-DD HH:mm";
const WALL_CLOCK = "YYYY-MM-DDTHH:mm:00";

type CalendarProps = Pick<
  DatePickerProps<Dayjs>,
  "format" | "placeholder" | "presets" | "showTime"
> & {
  given: PickerProps;
  value: Dayjs | null;
  onChange: (day: Dayjs | null) => void;
};

/** A calendar in the reader's language, with what every one of ours has. */
function Calendar({ given: { id, invalid, describedBy, autoFocus, open }, ...own }: CalendarProps) {
  const { i18n } = useTranslation();
  const chinese = i18n.language === "zh-CN";
  // Only the first time: a calendar that is open for good can't be closed.
  const [isOpen, setOpen] = useState(open);
  dayjs.locale(chinese ? "zh-cn" : "en");
  return (
    <ConfigProvider
      locale={{ locale: chinese ? "zh-cn" : "en", DatePicker: chinese ? inChinese : inEnglish }}
    >
      <DatePicker
        {...own}
        id={id}
        status={invalid ? "error" : ""}
        aria-describedby={describedBy}
        autoFocus={autoFocus}
        open={isOpen}
        onOpenChange={setOpen}
        onKeyDown={(event) => {
          // The key closes the calendar, not the form around it.
          if (event.key === "Escape" && isOpen) event.preventDefault();
        }}
      />
    </ConfigProvider>
  );
}

export function DayPicker(props: PickerProps) {
  const { value, onChange } = props;
  const { t } = useTranslation();
  return (
    <Calendar
      given={props}
      value={textOf(value) ? dayjs(textOf(value)) : null}
      onChange={(day: Dayjs | null) => onChange(day ? day.format(DAY_FORMAT) : null)}
      format={DAY_FORMAT}
      placeholder={t("form.choose_day")}
    />
  );
}

/** Picked as the company's wall clock; the usual moments to call again are one click. */
export function MomentPicker(props: PickerProps) {
  const { value, onChange } = props;
  const { t } = useTranslation();
  const labelOf = useMomentLabel();
  const { zone } = useFormat();
  const wall = (instant: string) => dayjs(wallClockOf(instant, zone));
  return (
    <Calendar
      given={props}
      value={textOf(value) ? wall(textOf(value)) : null}
      onChange={(day: Dayjs | null) =>
        onChange(day ? instantOf(day.format(WALL_CLOCK), zone) : null)
      }
      showTime={{ format: "HH:mm", minuteStep: 5 }}
      format={MOMENT_FORMAT}
      placeholder={t("form.choose_moment")}
      presets={usualMoments(serverNow(), zone).map(({ days, instant }) => ({
        label: labelOf(days),
        value: wall(instant),
      }))}
    />
  );
}
