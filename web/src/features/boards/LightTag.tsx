/** A light in words, with an icon of its own: the colour only supports them. */
import { CircleCheck, Clock, TriangleAlert } from "lucide-react";
import { Tag } from "@/shared/ui/Tag";
import type { Light } from "./types";

const ICONS = { red: TriangleAlert, amber: Clock, green: CircleCheck };

export function LightTag({ light, count }: { light: Light; count?: number }) {
  const Icon = ICONS[light.color];
  return (
    <Tag color={light.color} icon={<Icon size={13} aria-hidden />}>
      {light.label}
      {count !== undefined && ` ${count}`}
    </Tag>
  );
}
