"""The company's calendar as a kind of definition: which days are worked, by rule, by public holiday and by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import chinese_calendar  # pyright: ignore[reportMissingTypeStubs]

from closeloop.catalog.model import Definition
from closeloop.catalog.reading import Node
from closeloop.expr import Calendar

COMPANY = "company"
"""The key of the calendar that expressions count by."""

_PUBLIC = ("china", "none")
_WEEKEND = frozenset({6, 7})


@lru_cache(maxsize=1)
def china() -> Calendar:
    """Return China's public holidays and make-up working days, as far as they have been announced.

    Source: the notices of the State Council, as the library chinesecalendar holds them. A later year has its weekends
    and what the company's own calendar says.
    """
    return Calendar(_WEEKEND, frozenset(chinese_calendar.holidays), frozenset(chinese_calendar.workdays))


@dataclass(frozen=True, slots=True)
class CalendarKind:
    """Calendars: a company's own days go before public ones, its working days before its holidays."""

    name: str = "calendar"

    def compile(self, node: Node, definition: Definition, catalog: object) -> Calendar:  # noqa: ARG002 - Kind
        key = node.name("calendar")
        if key != COMPANY:
            node.problems.add(node.at("calendar"), "not_one_of", words=[COMPANY])
        public = china() if node.one_of("public", _PUBLIC, "china") == "china" else Calendar()
        weekend = _list(node, "weekend", _weekday, list(_WEEKEND))
        if len(set(weekend)) == 7:
            node.problems.add(node.at("weekend"), "no_workday")
            weekend = list(_WEEKEND)
        holidays = frozenset(_list(node, "holidays", _day, []))
        workdays = frozenset(_list(node, "workdays", _day, []))
        return Calendar(
            frozenset(weekend),
            (public.holidays - workdays) | holidays,
            (public.workdays - holidays) | workdays,
        )


def _list(node: Node, key: str, read: Callable[[Any], Any], default: list[Any]) -> list[Any]:
    items: list[Any] = node.take(key, list, default)
    read_items = [read(item) for item in items]
    for i, item in enumerate(read_items):
        if item is None:
            node.problems.add(f"{node.at(key)}[{i}]", "not_date" if read is _day else "not_a_weekday")
    return [item for item in read_items if item is not None]


def _weekday(raw: object) -> int | None:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and 1 <= raw <= 7 else None


def _day(raw: object) -> date | None:
    """Read a day, as YAML gives it or as JSON does."""
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


CALENDARS = CalendarKind()
