"""Where something is: a place as coordinates, and an address in its parts."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from closeloop.catalog.field_types.base import Abilities, Coercion, Plain
from closeloop.catalog.model import Field
from closeloop.expr import PLACE, TEXT, Type, Value

PARTS = ("province", "city", "district", "street", "postcode", "country")
"""The parts of an address in the order in which they are kept, one a line."""

_LONGEST_PART = 200
_SPACES = re.compile(r"\s+")
_PAIR = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*")
_DEGREES = 7
"""Decimal places of a degree: a centimetre."""


class Place(Plain):
    """A point on earth: `{lat, lng, accuracy?, address?, at?}`, degrees and metres; a text `lat, lng` is taken too."""

    name = "place"
    can = Abilities(filter=False, sort=False, index=False)

    def column(self) -> TypeEngine[Any]:
        return JSONB()

    def expr_type(self, field: Field) -> Type:  # noqa: ARG002 - the protocol's shape
        return PLACE

    def coerce(self, raw: Any, field: Field) -> Value:  # noqa: ARG002 - the protocol's shape
        if isinstance(raw, str):
            if not raw.strip():
                return None
            pair = _PAIR.fullmatch(unicodedata.normalize("NFKC", raw))
            if pair is None:
                raise Coercion("not_a_place")
            raw = {"lat": pair[1], "lng": pair[2]}
        if not isinstance(raw, Mapping) or not {"lat", "lng"} <= set(cast("Mapping[str, Any]", raw)):
            raise Coercion("not_a_place")
        given = cast("Mapping[str, Any]", raw)
        if set(given) - {"lat", "lng", "accuracy", "address", "at"}:
            raise Coercion("not_a_place")
        place: dict[str, Any] = {
            "lat": _number(given["lat"], -90, 90),
            "lng": _number(given["lng"], -180, 180),
        }
        if given.get("accuracy") is not None:
            place["accuracy"] = _number(given["accuracy"], 0, 1_000_000)
        if given.get("address") is not None:
            place["address"] = _line(given["address"])
        if given.get("at") is not None:
            place["at"] = _moment(given["at"])
        return cast("Value", place)

    def searched(self, value: Value) -> str | None:
        return cast("Mapping[str, Any]", value).get("address") if isinstance(value, Mapping) else None


class Address(Plain):
    """A postal address: its parts in and out, with their `text`; a plain text is taken as the street.

    It is kept as one text, a part a line, so that filters, search and order work on it as on any text.
    """

    name = "address"
    can = Abilities(search=True, index=False)

    def column(self) -> TypeEngine[Any]:
        return SqlText()

    def expr_type(self, field: Field) -> Type:  # noqa: ARG002 - the protocol's shape
        return TEXT

    def coerce(self, raw: Any, field: Field) -> Value:  # noqa: ARG002 - the protocol's shape
        if isinstance(raw, str):
            lines = raw.split("\n")
            raw = dict(zip(PARTS, lines, strict=True)) if len(lines) == len(PARTS) else {"street": raw}
        if not isinstance(raw, Mapping):
            raise Coercion("not_an_address")
        given = cast("Mapping[str, Any]", raw)
        if set(given) - {*PARTS, "text"}:
            raise Coercion("not_an_address")
        lines = [_line(given.get(part) or "") for part in PARTS]
        return "\n".join(lines) if any(lines) else None

    def searched(self, value: Value) -> str | None:
        return value.replace("\n", " ") if isinstance(value, str) else None


def address_parts(value: str) -> dict[str, str]:
    """Return an address as it leaves the kernel: the parts that are there, and all of it as one `text`."""
    parts = {part: line for part, line in zip(PARTS, value.split("\n"), strict=False) if line}
    shown = [parts[part] for part in ("province", "city", "district", "street") if part in parts]
    return {**parts, "text": " ".join(dict.fromkeys(shown)) or " ".join(parts.values())}


def _number(raw: Any, low: int, high: int) -> float:
    try:
        number = Decimal(str(raw))
    except InvalidOperation:
        raise Coercion("not_a_place") from None
    if isinstance(raw, bool) or not number.is_finite():
        raise Coercion("not_a_place")
    if not low <= number <= high:
        raise Coercion("out_of_range", min=low, max=high)
    return float(round(number, _DEGREES))


def _moment(raw: Any) -> str:
    try:
        at = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw))
        if at.tzinfo is None:
            raise Coercion("no_zone")
        return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        raise Coercion("not_datetime") from None


def _line(raw: Any) -> str:
    if not isinstance(raw, str):
        raise Coercion("not_text")
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", raw)).strip()
    if "\x00" in text:
        raise Coercion("bad_character")
    if len(text) > _LONGEST_PART:
        raise Coercion("too_long", max=_LONGEST_PART)
    return text
