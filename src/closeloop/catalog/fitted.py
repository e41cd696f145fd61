"""Make a computed number fit the column of its result, in Python and in SQL alike."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal

import sqlalchemy as sa

from closeloop.expr import Value
from closeloop.expr.numbers import Element, between, constant, numeric

_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
_QUANTA = {places: Decimal(1).scaleb(-places) for places in (0, 4)}
_ROOM: Mapping[str, tuple[int, int]] = {
    "integer": (0, 2**63),
    "decimal": (4, 10**16),
    "money": (4, 10**16),
    "percent": (4, 10**16),
}
"""Decimal places, and the first number that is too large."""


def fitted(value: Value, kind: str) -> Value:
    """Return a number rounded half away from zero to the places of its kind, null where it is too large."""
    room = _ROOM.get(kind)
    if room is None or isinstance(value, bool) or not isinstance(value, int | Decimal):
        return value
    places, limit = room
    number = Decimal(value).quantize(_QUANTA[places], context=_WIDE)
    if abs(number) >= limit:
        return None
    return int(number) if kind == "integer" else number


def fitted_sql(element: Element, kind: str) -> Element:
    """Return the same as `fitted`."""
    room = _ROOM.get(kind)
    if room is None:
        return element
    places, limit = room
    rounded = sa.func.round(numeric(element), places, type_=sa.Numeric())
    inside = between(rounded, constant(f"-{limit}"), constant(str(limit)))
    return sa.cast(inside, sa.BigInteger()) if kind == "integer" else inside
