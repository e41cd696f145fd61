"""One cell of a table: text that no spreadsheet runs as a formula, and a person's text into what a field takes."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from closeloop.access.org import Org
from closeloop.catalog.field_types import Coercion
from closeloop.catalog.model import Field, text_of
from closeloop.connect.messages import AFTERNOON, CURRENCIES, FORENOON, HOUR, LISTED, MINUTE, UNITS, YES_NO
from closeloop.records.present import moment, plain_decimal

_RUN = re.compile(r"'*[=+\-@\t\r]")
_DIGITS = re.compile(r"\d+")
_DAY = re.compile(r"(\d{1,4})\D+(\d{1,2})\D+(\d{1,4})")
_TIME = re.compile(rf"(\d{{1,2}})[:{HOUR}](\d{{1,2}})(?:[:{MINUTE}](\d{{1,2}})(?:\.(\d+))?)?")
_ZONED = re.compile(r".*\d(?:Z|[+-]\d{2}:?\d{2})", re.IGNORECASE)
_FIRST_DAY = date(1899, 12, 30)
"""Day 0 of a spreadsheet's calendar, which believes in a 29th of February 1900."""
_SERIALS = range(1, 2_958_466)
_LISTED = re.compile(f"[{re.escape(LISTED)}]")
_EXACT_DIGITS = 15
"""Digits that a spreadsheet's numbers hold; longer ones are written as text."""
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
    whole = plain(text.strip(" "))
    text = plain(text.strip())
    if not text:
        return None
    match field.type:
        case "integer" | "decimal" | "money":
            return read_number(text)
        case "percent":
            return read_percent(text)
        case "date" | "datetime":
            moment = read_moment(text, zone, order, "not_date" if field.type == "date" else "not_moment")
            return moment.date() if field.type == "date" else moment
        case "multi_choice" | "checklist":
            return [part.strip() for part in _LISTED.split(text) if part.strip()]
        case "person":
            return read_person(text, org)
        case "department":
            return read_department(text, org)
        case "place":
            return read_structure(text)
        case "address":
            return whole  # its parts are lines, some of them empty
        case _:
            return text


@dataclass(frozen=True, slots=True)
class Cell:
    """A value that isn't text: how it is written in CSV, and what a sheet holds under which pattern."""

    text: str
    sheet: Any = None
    pattern: str | None = None


def write_cell(value: Any, field: Field, zone: ZoneInfo, locale: str | None) -> str | Cell:
    """Return a field's value as a cell that `read_cell` reads as the same value again.

    With a locale it is for people: labels, moments in the zone, shares in percent; without one for programs.
    """
    if field.options:
        return _write_option(value, field, locale)
    if isinstance(value, bool):
        return Cell(text_of(YES_NO[value], locale) if locale else str(value).lower(), value)
    if isinstance(value, Decimal):
        if field.kind == "percent" and locale:
            return Cell(f"{plain_decimal(value * 100)}%", float(value), "0.00##%")
        exact = len(value.normalize().as_tuple().digits) <= _EXACT_DIGITS
        return Cell(plain_decimal(value), float(value) if exact else None)
    if isinstance(value, int):
        return Cell(str(value), value if abs(value) < 10**_EXACT_DIGITS else None)
    if isinstance(value, datetime):
        if locale is None:
            return Cell(moment(value))
        local = value.astimezone(zone).replace(tzinfo=None)
        held = local if _in_sheets(local.date()) and not local.microsecond else None
        return Cell(local.isoformat(sep=" "), held, "yyyy-mm-dd hh:mm:ss")
    if isinstance(value, date):
        return Cell(value.isoformat(), value if _in_sheets(value) else None, "yyyy-mm-dd")
    return value if isinstance(value, str) else orjson.dumps(value, default=str).decode()


def _in_sheets(day: date) -> bool:
    """Tell whether a sheet's calendar has the day: before March 1900 programs differ on it."""
    return day >= date(1900, 3, 1)


def _write_option(value: Any, field: Field, locale: str | None) -> str:
    labels = {option.key: text_of(option.label, locale) for option in field.options} if locale else {}
    keys: list[str] = value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]
    if any(_LISTED.search(labels.get(key, "")) for key in keys):
        labels = {}  # a label that looks like a list would be read as several
    return ", ".join(labels.get(key, key) for key in keys)


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
    hour, minute, second = (int(part or 0) for part in found.group(1, 2, 3))
    lowered = text.lower()
    if hour < 12 and any(word in lowered for word in AFTERNOON):
        hour += 12
    elif hour == 12 and any(word in lowered for word in FORENOON):
        hour = 0
    return time(hour, minute, second, int((found[4] or "").ljust(6, "0")[:6]))


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


def read_department(text: str, org: Org) -> Any:
    """Return the id of the department with this id, key or name; raises Coercion where none or several have it."""
    found = {one.id for one in org.departments.values() if text in (str(one.id), one.key, one.name)}
    if len(found) != 1:
        raise Coercion("ambiguous", count=len(found)) if found else Coercion("unknown_department")
    return found.pop()


def read_structure(text: str) -> Any:
    """Return what a cell holds as JSON, or the text itself where it is none."""
    try:
        return orjson.loads(text) if text[0] in "{[" else text
    except orjson.JSONDecodeError:
        return text


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
