"""The types and values of expressions, and the surroundings that they are evaluated in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal, TypeAlias, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from closeloop.expr.workdays import WEEKDAYS, Calendar

Kind: TypeAlias = Literal["text", "number", "bool", "date", "datetime", "duration", "id", "place", "list", "null"]

Value: TypeAlias = "bool | int | Decimal | str | date | datetime | timedelta | UUID | Sequence[Value] | None"
"""What an expression takes and gives. Numbers are int or Decimal, never float; a datetime has a zone."""

Row: TypeAlias = Mapping[str, Value]
"""The values that an expression reads, by path: `company`, `candidate.city`."""


@dataclass(frozen=True, slots=True)
class Type:
    """The type of an expression; `of` is a list's element, `object` what an id refers to if that is known."""

    kind: Kind
    of: "Type | None" = None
    object: str | None = None

    def __str__(self) -> str:
        return ":".join(filter(None, (self.kind, self.of and str(self.of), self.object)))

    def fits(self, wanted: "Type") -> bool:
        """Tell whether a value of this type can stand where `wanted` is asked for."""
        if self.kind != wanted.kind:
            return False
        if self.of and wanted.of:
            return self.of.fits(wanted.of)
        return self.object is None or wanted.object is None or self.object == wanted.object


TEXT = Type("text")
NUMBER = Type("number")
BOOL = Type("bool")
DATE = Type("date")
DATETIME = Type("datetime")
DURATION = Type("duration")
ID = Type("id")
PLACE = Type("place")
"""A point on earth: a mapping with `lat` and `lng` in degrees, and whatever else is known of it."""
NULL = Type("null")


def list_of(of: Type) -> Type:
    """Return the type of a list of such values."""
    return Type("list", of)


def id_of(what: str) -> Type:
    """Return the type of an id that refers to `what`: `person`, `department` or an object's name."""
    return Type("id", object=what)


def type_named(text: str) -> Type | None:
    """Return the type that a text such as `list:id:department` is the name of; None where it names none."""
    kind, _, rest = text.partition(":")
    if kind == "list":
        of = type_named(rest)
        return None if of is None else list_of(of)
    found = next((one for one in get_args(Kind) if one == kind), None)
    if found is None or (rest and found != "id"):
        return None
    return Type(found, object=rest or None)


@dataclass(frozen=True, slots=True)
class Env:
    """What surrounds an evaluation: the moment, the company's time zone and working days, and who asks."""

    now: datetime
    tz: ZoneInfo
    me: UUID | None = None
    my_departments: tuple[UUID, ...] = ()
    my_subtree: tuple[UUID, ...] = ()
    """The ids of the people below me."""
    calendar: Calendar = WEEKDAYS
