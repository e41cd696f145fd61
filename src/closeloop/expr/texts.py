"""What is done with texts, in Python and in SQL side by side: parts of them, and texts made of other values.

A place in a text counts from 1. A count is rounded down; one below 0 is 0, and one of 10^9 is null.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa

from closeloop.expr.numbers import FLOOR, NUMERIC, Element, Meaning, Number, constant

LONGEST = 1_000_000
"""A text that is replaced in or joined may grow by this many characters; the product of two lengths bounds it."""

BLANKS = " \t\n\r" + chr(0xA0) + chr(0x3000)
_NUMBER = r"[+-]?[0-9]{1,20}(?:\.[0-9]{1,10})?"
_MOST = 10**9
_TEXT = sa.Text()
_INTEGER = sa.Integer()


def _whole(number: Number, least: int = 0) -> int | None:
    whole = max(int(FLOOR.python(number)), least)
    return whole if whole < _MOST else None


def _whole_sql(number: Element, least: int = 0) -> Element:
    """Return the same; the detour by the highest number is since `least` and `greatest` pass nulls over."""
    most = constant(str(_MOST))
    known = sa.func.greatest(sa.func.coalesce(FLOOR.sql(number), most), constant(str(least)))
    return sa.cast(sa.func.nullif(sa.func.least(known, most), most, type_=NUMERIC), _INTEGER)


def _left(text: str, count: Number) -> str | None:
    length = _whole(count)
    return None if length is None else text[:length]


def _left_sql(text: Element, count: Element) -> Element:
    return sa.func.left(text, _whole_sql(count), type_=_TEXT)


def _right(text: str, count: Number) -> str | None:
    length = _whole(count)
    return None if length is None else text[max(len(text) - length, 0) :]


def _right_sql(text: Element, count: Element) -> Element:
    return sa.func.right(text, _whole_sql(count), type_=_TEXT)


def _substring(text: str, start: Number, count: Number) -> str | None:
    begin, length = _whole(start, 1), _whole(count)
    return None if begin is None or length is None else text[begin - 1 : begin - 1 + length]


def _substring_sql(text: Element, start: Element, count: Element) -> Element:
    return sa.func.substr(text, _whole_sql(start, 1), _whole_sql(count), type_=_TEXT)


def _find(text: str, part: str) -> int:
    return text.find(part) + 1


def _find_sql(text: Element, part: Element) -> Element:
    return sa.func.strpos(text, part, type_=_INTEGER)


def _ends_with(text: str, part: str) -> bool:
    return text.endswith(part)


def _ends_with_sql(text: Element, part: Element) -> Element:
    return sa.func.right(text, sa.func.char_length(part, type_=_INTEGER), type_=_TEXT) == part


def _bounded(made: Element, length: Element, times: Element) -> Element:
    """Return what was made where the product of two lengths isn't too large; else nothing is made at all."""
    product = sa.cast(length, NUMERIC) * sa.cast(times, NUMERIC)
    return sa.case((product <= constant(str(LONGEST)), made), else_=sa.cast(sa.null(), _TEXT))


def _replace(text: str, part: str, by: str) -> str | None:
    if len(text) * len(by) > LONGEST:
        return None
    return text.replace(part, by) if part else text


def _replace_sql(text: Element, part: Element, by: Element) -> Element:
    made = sa.func.replace(text, part, by, type_=_TEXT)
    return _bounded(made, sa.func.char_length(text), sa.func.char_length(by))


def _join(items: Sequence[str | None], separator: str) -> str | None:
    return None if len(items) * len(separator) > LONGEST else separator.join(item for item in items if item is not None)


def _join_sql(items: Element, separator: Element) -> Element:
    made = sa.func.array_to_string(items, separator, type_=_TEXT)
    return _bounded(made, sa.func.cardinality(items), sa.func.char_length(separator))


def _written_number(number: Number) -> str:
    text = format(Decimal(number), "f")
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if short == "-0" else short


def _written_number_sql(number: Element) -> Element:
    return sa.cast(sa.func.trim_scale(sa.cast(number, NUMERIC), type_=NUMERIC), _TEXT)


def _written_day_sql(day: Element) -> Element:
    return sa.func.to_char(day, "YYYY-MM-DD", type_=_TEXT)


def _written_wall(wall: datetime) -> str:
    return wall.isoformat(" ", "minutes")


def _written_wall_sql(wall: Element) -> Element:
    return sa.func.to_char(wall, "YYYY-MM-DD HH24:MI", type_=_TEXT)


def _read_number(text: str) -> Number | None:
    bare = text.strip(BLANKS)
    if re.fullmatch(_NUMBER, bare) is None:
        return None
    number = Decimal(bare)
    return int(number) if number == int(number) else number


def _read_number_sql(text: Element) -> Element:
    # what doesn't look like a number is null before it is cast, so that the cast can't fail
    bare = sa.func.btrim(text, BLANKS, type_=_TEXT)
    return sa.cast(sa.func.substring(bare, sa.literal(f"^{_NUMBER}$", _TEXT), type_=_TEXT), NUMERIC)


LEFT = Meaning(_left, _left_sql)
RIGHT = Meaning(_right, _right_sql)
SUBSTRING = Meaning(_substring, _substring_sql)
FIND = Meaning(_find, _find_sql)
ENDS_WITH = Meaning(_ends_with, _ends_with_sql)
REPLACE = Meaning(_replace, _replace_sql)
JOIN = Meaning(_join, _join_sql)
WRITTEN_NUMBER = Meaning(_written_number, _written_number_sql)
WRITTEN_DAY = Meaning(date.isoformat, _written_day_sql)
WRITTEN_WALL = Meaning(_written_wall, _written_wall_sql)
READ_NUMBER = Meaning(_read_number, _read_number_sql)
