"""The automatic number: a text such as Q-2026-00042 that the kernel gives a record when it is made."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Text as SqlText
from sqlalchemy.types import TypeEngine

from closeloop.catalog.field_types.base import Abilities, Coercion, Plain
from closeloop.catalog.model import Field
from closeloop.expr import TEXT, Type, Value

_PART = re.compile(r"\{(year|month|day|number)(?::(\d{1,2}))?\}")
_PLAIN = re.compile(r"[^{}\x00-\x1f]*")
_WIDEST = 12


class AutoNumber(Plain):
    """A number in a format of its own, `Q-{year}-{number:5}`; it counts anew with each of the dates that it names."""

    name = "auto_number"
    can = Abilities(search=True, imported=False, unique=True)
    settings = needs = ("format",)

    def column(self) -> TypeEngine[Any]:
        return SqlText()

    def expr_type(self, field: Field) -> Type:  # noqa: ARG002 - the protocol's shape
        return TEXT

    def coerce(self, raw: Any, field: Field) -> Value:  # noqa: ARG002 - the protocol's shape
        if not isinstance(raw, str):
            raise Coercion("not_text")
        return raw or None


def is_format(text: str) -> bool:
    """Tell whether a format is plain text with exactly one `{number}` and any of `{year}`, `{month}`, `{day}`."""
    parts = _PART.findall(text)
    numbers = [width for name, width in parts if name == "number"]
    return (
        len(numbers) == 1
        and int(numbers[0] or 1) <= _WIDEST
        and not any(width for name, width in parts if name != "number")
        and bool(_PLAIN.fullmatch(_PART.sub("", text)))
        and len(text) <= 100
    )


def period(format_: str, day: date) -> str:
    """Return within what a number counts: `2026-03` for a format that names the year and the month."""
    named = {name for name, _ in _PART.findall(format_)}
    return "-".join(text for name, text in _dates(day).items() if name in named)


def written(format_: str, day: date, number: int) -> str:
    """Return the number as it stands in the record."""
    values: Mapping[str, str] = {**_dates(day), "number": str(number)}
    return _PART.sub(lambda part: values[part[1]].zfill(int(part[2] or 0)), format_)


def _dates(day: date) -> dict[str, str]:
    return {"year": f"{day.year:04}", "month": f"{day.month:02}", "day": f"{day.day:02}"}
