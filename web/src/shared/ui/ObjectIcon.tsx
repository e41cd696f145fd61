/** The icons that metadata may name for an object. */
import {
  Box,
  Building2,
  ListChecks,
  FileText,
  Handshake,
  Inbox,
  LifeBuoy,
  Package,
  Users,
  type LucideIcon,
} from "lucide-react";

export const OBJECT_ICONS: Record<string, LucideIcon> = {
  inbox: Inbox,
  building: Building2,
  check: ListChecks,
  users: Users,
  handshake: Handshake,
  file: FileText,
  package: Package,
  support: LifeBuoy,
};

export function ObjectIcon({
  name,
  size = 17,
}: {
  name: string | null | undefined;
  size?: number;
}) {
  const Icon = OBJECT_ICONS[name ?? ""] ?? Box;
  return <Icon size={size} aria-hidden />;
}
