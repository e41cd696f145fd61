/** Values that are more than a word or a number: how they are told apart, and what they say in words. */
import type { Address, FileRef, Place, Ref } from "@/shared/api/types";

const COORDINATE_DIGITS = 5;
/** From the widest to the narrowest, as a Chinese address is written; English has it the other way round. */
const ADDRESS_PARTS = ["country", "province", "city", "district", "street"] as const;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isRef(value: unknown): value is Ref {
  return isObject(value) && "id" in value && "label" in value;
}

export function isPlace(value: unknown): value is Place {
  return isObject(value) && "lat" in value && "lng" in value;
}

export function isAddress(value: unknown): value is Address {
  return isObject(value) && ["postcode", ...ADDRESS_PARTS].some((part) => part in value);
}

export function isFiles(value: unknown): value is FileRef[] {
  return Array.isArray(value) && isObject(value[0]) && "id" in value[0];
}

function isFilled(text: string | null | undefined): text is string {
  return Boolean(text);
}

/** What the place is called, else where it is. */
export function placeText(place: Place): string {
  if (place.address) return place.address;
  return [place.lat, place.lng]
    .map((degrees) => Number(degrees).toFixed(COORDINATE_DIGITS))
    .join(", ");
}

/** The address as the language writes it. A municipality, which is its own province, is said once. */
export function addressText(address: Address, locale: string): string {
  const parts = ADDRESS_PARTS.filter(
    (part) => !(part === "city" && address.city === address.province),
  ).map((part) => address[part]);
  return locale.startsWith("zh")
    ? [parts.filter(isFilled).join(""), address.postcode].filter(isFilled).join(" ")
    : [...parts.toReversed(), address.postcode].filter(isFilled).join(", ");
}
