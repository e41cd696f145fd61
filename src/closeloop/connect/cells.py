"""One cell of a table: text that no spreadsheet runs as a formula, and a person's text into what a field takes."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from closeloop.access.org import Org
from closeloop.catalog.field_types import Coercion
from closeloop.catalog.model import Field
from closeloop.connect.messages import AFTERNOON, CURRENCIES, FORENOON, HOUR, LISTED, MINUTE, UNITS

_RUN = re.compile(r"'*[=+\-@\t\r]")
_DIGITS = re.compile(r"\d+")
_DAY = re.compile(r"(\d{1,4})\D+(\d{1,2})\D+(\d{1,4})")
_TIME = re.compile(rf"(\d{{1,2}})[:{HOUR}](\d{{1,2}})(?:[:{MINUTE}](\d{{1,2}})(?:\.\d+)?)?")
_ZONED = re.compile(r".*\d(?:Z|[+-]\d{2}:?\d{2})", re.IGNORECASE)
_FIRST_DAY = date(1899, 12, 30)
"""Day 0 of a spreadsheet's calendar, which believes in a 29th of February 1900."""
_SERIALS = range(1, 2_958_466)
_LISTED = re.compile(f"[{re.escape(LISTED)}]")
ORDERS = ("ymd", "mdy", "dmy")
"""How a date is written that doesn't begin with its year."""


def safe(text: str) -> str:
    """Put a quote before what a spreadsheet would take for a formula; `plain` takes it away again."""
    return f"'{text}" if _RUN.match(text) else text


def plain(text: str) -> str:
    """Undo `safe`, whoever has put the quote there."""
    return text[1:] if text[:1] == "'" and _RUN.match(text[1:]) else text


def read_cell(text: str, field: Field, zone: ZoneInfo, org: Org, order: str = "ymd") -> Any:
    """Return what a field's type takes for a person's text, None for an empty cell; raises Coercion.

    Times without a zone are those of `zone`. A relation stays text: it is looked up for many rows at once.
    """
    text = plain(text.strip())
    if not text:
        return None
    match field.type:
        case "integer" | "decimal" | "money":
            return read_number(text)
        case "percent":
            return read_percent(text)
        case "date":
            return read_moment(text, zone, order, "not_date").date()
        case "datetime":
            return read_moment(text, zone, order, "not_datetime")
        case "multi_choice":
            return [part.strip() for part in _LISTED.split(text) if part.strip()]
        case "person":
            return read_person(text, org)
        case _:
            return text


def read_number(text: str) -> Decimal:
    """Read `1,234.50`, `￥1.2万`, `(300)` and the like."""
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    negative = folded.startswith("(") and folded.endswith(")")
    bare = folded.strip("()").replace(",", "").replace(" ", "")
    bare = bare.removesuffix("rmb").removeprefix("rmb").removeprefix("cny").strip(CURRENCIES)
    unit = UNITS.get(bare[-1:], 1)
    if unit > 1:
        bare = bare[:-1]
    bare = bare.strip(CURRENCIES)
    try:
        number = Decimal(bare) * unit
    except InvalidOperation:
        raise Coercion("not_number") from None
    if not number.is_finite():
        raise Coercion("not_number")
    return -number if negative else number


def read_percent(text: str) -> Decimal:
    """Read `12%` and `0.12` as the same share."""
    folded = unicodedata.normalize("NFKC", text).strip()
    return read_number(folded[:-1]) / 100 if folded.endswith("%") else read_number(folded)


def read_moment(text: str, zone: ZoneInfo, order: str, code: str) -> datetime:
    """Read a day with or without a time, or a spreadsheet's number of days; raises Coercion with the code."""
    folded = unicodedata.normalize("NFKC", text).strip()
    if _ZONED.fullmatch(folded) and "T" in folded.upper():
        try:
            return datetime.fromisoformat(folded.upper()).astimezone(zone)
        except (ValueError, OverflowError):
            raise Coercion(code) from None
    try:
        number = float(folded)
    except ValueError:
        pass
    else:
        if len(folded) == 8 and folded.isdigit():
            folded = f"{folded[:4]}-{folded[4:6]}-{folded[6:]}"
        elif int(number) in _SERIALS:
            day = datetime.combine(_FIRST_DAY, time(), zone) + timedelta(days=int(number))
            return day + timedelta(seconds=round((number % 1) * 86_400))
    try:
        day = _day(folded, order)
        return datetime.combine(day, _time(folded), zone)
    except (ValueError, OverflowError):
        raise Coercion(code) from None


def _day(text: str, order: str) -> date:
    found = _DAY.match(text)
    if found is None:
        raise ValueError(text)
    first, second, third = found.groups()
    if len(first) == 4:
        return date(int(first), int(second), int(third))
    year = int(third) + (0 if len(third) == 4 else 2000 if int(third) < 70 else 1900)
    month, day = (second, first) if order == "dmy" else (first, second)
    return date(year, int(month), int(day))


def _time(text: str) -> time:
    found = _TIME.search(text)
    if found is None:
        return time()
    hour, minute, second = (int(part or 0) for part in found.groups())
    lowered = text.lower()
    if hour < 12 and any(word in lowered for word in AFTERNOON):
        hour += 12
    elif hour == 12 and any(word in lowered for word in FORENOON):
        hour = 0
    return time(hour, minute, second)


def date_order(texts: list[str]) -> str:
    """Tell from a column's dates whether the day or the month comes first, where the year doesn't."""
    for text in texts:
        numbers = _DIGITS.findall(text)
        if len(numbers) >= 3 and len(numbers[0]) <= 2:
            if int(numbers[0]) > 12:
                return "dmy"
            if int(numbers[1]) > 12:
                return "mdy"
    return "mdy" if any(re.match(r"\d{1,2}\D", text) for text in texts) else "ymd"


def read_person(text: str, org: Org) -> Any:
    """Return the id of the person with this id, login or name; raises Coercion where none or several have it."""
    known: dict[str, list[Any]] = org.keep("people by name", lambda: _named(org))
    found = known.get(text.casefold())
    if not found:
        raise Coercion("unknown_person")
    if len(found) > 1:
        raise Coercion("ambiguous", count=len(found))
    return found[0]


def _named(org: Org) -> dict[str, list[Any]]:
    """Return people by id, login and name; one who has left is found by id and login, and by a name nobody else has."""
    names: dict[str, list[Any]] = {}
    for person in sorted(org.people.values(), key=lambda one: not one.active):
        same = names.setdefault(person.name.casefold(), [])
        if person.active or not same:
            same.append(person.id)
    for person in org.people.values():
        names[str(person.id)] = names[person.login.casefold()] = [person.id]
    return names
