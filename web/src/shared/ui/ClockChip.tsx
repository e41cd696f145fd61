/** A counting clock: how long is left or how late it is, in a colour, an icon and words. */
import {
  CircleCheck,
  CirclePause,
  CircleSlash,
  Clock as ClockIcon,
  TriangleAlert,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Clock, ClockColor } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { colorAt, countAt, isCounting } from "./clock";
import { Tag } from "./Tag";

type Shown = Pick<Clock, "label" | "due_at" | "state"> & { color?: ClockColor };

function Counting({ clock, named }: { clock: Shown; named: boolean }) {
  const { t } = useTranslation();
  const { momentFull } = useFormat();
  const now = useNow();
  const color = colorAt(clock, now);
  const { late, digits, days = 0, hours = 0 } = countAt(clock.due_at, now);
  const span = digits ?? t("clock.days", { days, hours });
  const Icon = color === "green" ? ClockIcon : TriangleAlert;
  return (
    <Tag
      color={color}
      icon={<Icon size={13} aria-hidden />}
      title={t("clock.due", { label: clock.label, at: momentFull(clock.due_at) })}
    >
      {named && `${clock.label} `}
      {late ? t("clock.late", { span }) : t("clock.left", { span })}
    </Tag>
  );
}

/** `named` puts the clock's own name before the time. */
export function ClockChip({ clock, named = false }: { clock: Shown; named?: boolean }) {
  const { t } = useTranslation();
  if (isCounting(clock)) return <Counting clock={clock} named={named} />;
  const [color, Icon, word] =
    clock.state === "met"
      ? (["green", CircleCheck, t("clock.met")] as const)
      : clock.state === "paused"
        ? (["gray", CirclePause, t("clock.paused")] as const)
        : (["gray", CircleSlash, t("clock.cancelled")] as const);
  return (
    <Tag color={color} icon={<Icon size={13} aria-hidden />} title={clock.label}>
      {named && `${clock.label} `}
      {word}
    </Tag>
  );
}
