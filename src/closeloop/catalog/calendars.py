"""Calendars as a kind of definition: which days are worked and at which hours, by rule, by public holiday, by hand."""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import chinese_calendar  # pyright: ignore[reportMissingTypeStubs]

from closeloop.catalog.messages import CHINESE_HOLIDAYS, WEEKDAYS
from closeloop.catalog.model import Definition, Label
from closeloop.catalog.reading import Node, Problems, read
from closeloop.catalog.working_time import DAY, DayPlan, Hours, Interval
from closeloop.expr import Calendar

COMPANY = "company"
"""The key of the calendar that expressions count by."""
WALL = "wall_clock"
"""What a clock names that counts every moment; no calendar may have the name."""

_PUBLIC = ("china", "none")
_WEEKEND = frozenset({6, 7})
_INTERVAL = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_ALL_DAY: tuple[Interval, ...] = ((0, DAY),)
_NAMES: Sequence[str] = tuple(WEEKDAYS)


@dataclass(frozen=True, slots=True)
class PublicDays:
    """A country's public holidays with their names and its make-up working days, and the last year they are known of.

    A later year is worked by its weekdays.
    """

    holidays: Mapping[date, Label] = field(default_factory=dict[date, Label])
    workdays: frozenset[date] = frozenset()
    known_to: int | None = None
    """None where nothing is left out, since there are none."""


@lru_cache(maxsize=1)
def china() -> PublicDays:
    """Return China's public holidays and make-up working days, as far as they have been announced.

    Source: the notices of the State Council, as the library chinesecalendar holds them.
    """
    days: Mapping[date, str] = chinese_calendar.holidays
    names = {day: CHINESE_HOLIDAYS.get(name, {"zh-CN": name}) for day, name in days.items()}
    return PublicDays(names, frozenset(chinese_calendar.workdays), max(day.year for day in days))


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """A calendar as it runs: `days` counts working days, `time` working time."""

    key: str
    definition: Definition | None
    label: Label
    zone: tzinfo
    days: Calendar
    time: Hours


@dataclass(frozen=True, slots=True)
class _Plans:
    """Gives each day its plan: what is said of the very day goes first, then one's own days, public ones, the week."""

    days: Calendar
    week: Sequence[Sequence[Interval]]
    """The hours of each weekday, Monday first; of one that isn't worked those that it has if it must be."""
    own: Mapping[date, Sequence[Interval]]
    said: frozenset[date]
    public: PublicDays

    def __call__(self, day: date) -> DayPlan:
        worked = self.days.is_workday(day)
        assumed = self.public.known_to is not None and day.year > self.public.known_to and day not in self.said
        by_week = day.isoweekday() not in self.days.weekend
        if worked:
            why = "" if by_week else "own_workday" if day in self.said else "make_up"
            return DayPlan(self.own.get(day, self.week[day.weekday()]), why, assumed=assumed)
        if day in self.said:
            return DayPlan((), "own_holiday")
        name = self.public.holidays.get(day)
        return DayPlan((), "public_holiday" if name else "weekend", name or {}, assumed)


def plain_calendar(zone: tzinfo) -> BusinessCalendar:
    """Return the calendar of a company that has said nothing: China's days, each worked around the clock."""
    return _read(Node({"calendar": COMPANY}, "", Problems()), None, zone)


def read_calendar(body: Mapping[str, object], zone: tzinfo) -> BusinessCalendar:
    """Return the calendar that a body would make; raises Invalid with what is wrong with it."""
    return read(body, lambda node: _read(node, None, zone))


@dataclass(frozen=True, slots=True)
class CalendarKind:
    """Calendars: a company's own days go before public ones, its working days before its holidays."""

    name: str = "calendar"

    def compile(self, node: Node, definition: Definition, catalog: Any) -> BusinessCalendar:
        return _read(node, definition, catalog.zone)


def _read(node: Node, definition: Definition | None, usual: tzinfo) -> BusinessCalendar:
    key = node.name("calendar")
    if key == WALL:
        node.problems.add(node.at("calendar"), "name_taken", name=key)
    label = node.label(fallback=key)
    zone = _zone(node, usual)
    public = china() if node.one_of("public", _PUBLIC, "china") == "china" else PublicDays()
    hours = node.any("hours")
    weekend = frozenset(_list(node, "weekend", _weekday, list(_WEEKEND)))
    if isinstance(hours, Mapping):
        if node.any("weekend") is not None:
            node.problems.add(node.at("weekend"), "said_twice", name="hours")
        week, weekend = _week(node)
    else:
        week = [_intervals(node, hours, node.at("hours")) if hours is not None else _ALL_DAY] * 7
        if hours == []:
            node.problems.add(node.at("hours"), "required")
    if len(weekend) == 7:
        node.problems.add(node.at("weekend" if hours is None else "hours"), "no_workday")
        weekend = _WEEKEND
    if (make_up := node.any("make_up")) is not None:
        made_up = _intervals(node, make_up, node.at("make_up"))
        week = [made_up if n + 1 in weekend else one for n, one in enumerate(week)]
    own = _days(node)
    off, on = ({day for day, one in own.items() if bool(one) is worked} for worked in (False, True))
    holidays = frozenset(_list(node, "holidays", _day, [])) - on | off
    workdays = frozenset(_list(node, "workdays", _day, [])) - off | on
    _check_nights(node, [*week, *own.values()])
    days = Calendar(
        weekend,
        (frozenset(public.holidays) - workdays) | holidays,
        (public.workdays - holidays) | workdays,
    )
    plans = _Plans(days, week, own, holidays | workdays, public)
    return BusinessCalendar(key, definition, label, zone, days, Hours(plans, zone))


def _zone(node: Node, usual: tzinfo) -> tzinfo:
    name = node.take("time_zone", str, "")
    try:
        return ZoneInfo(name) if name else usual
    except (ZoneInfoNotFoundError, ValueError, OSError):
        node.problems.add(node.at("time_zone"), "unknown_zone")
        return usual


def _week(node: Node) -> tuple[list[Sequence[Interval]], frozenset[int]]:
    """Read the hours of each weekday; one that isn't named is none, but has the first one's hours when made up."""
    week: dict[int, Sequence[Interval]] = {}
    for name, raw in node.entries("hours"):
        place = node.at(f"hours.{name}")
        if name not in _NAMES:
            node.problems.add(place, "not_one_of", words=list(_NAMES))
            continue
        week[_NAMES.index(name)] = _intervals(node, raw, place)
    worked = {n: one for n, one in week.items() if one}
    first = worked[min(worked)] if worked else ()
    return [worked.get(n, first) for n in range(7)], frozenset(n + 1 for n in range(7) if n not in worked)


def _days(node: Node) -> dict[date, Sequence[Interval]]:
    """Read single days with hours of their own; none at all is a day off."""
    days: dict[date, Sequence[Interval]] = {}
    for name, raw in node.entries("days"):
        day, place = _day(name), node.at(f"days.{name}")
        if day is None:
            node.problems.add(place, "not_date")
        else:
            days[day] = _intervals(node, raw, place)
    return days


def _intervals(node: Node, raw: object, place: str) -> tuple[Interval, ...]:
    """Read hours such as `["09:00-12:00", "22:00-06:00"]`, in order and apart; the last may go over midnight."""
    items: list[Any] = raw if isinstance(raw, list) else [raw]  # pyright: ignore[reportUnknownVariableType]
    found: list[Interval] = []
    for item in items:
        match = _INTERVAL.fullmatch(item) if isinstance(item, str) else None
        if match is None:
            node.problems.add(place, "not_hours", text=str(item))
            continue
        begin, end = (int(match[n]) * 60 + int(match[n + 1]) for n in (1, 3))
        if begin == end or begin >= DAY or end > DAY:
            node.problems.add(place, "not_hours", text=item)
            continue
        found.append((begin, end if end > begin else end + DAY))
    if any(last[1] > following[0] for last, following in itertools.pairwise(found)):
        node.problems.add(place, "hours_overlap")
        return tuple(found[:1])
    return tuple(found)


def _check_nights(node: Node, plans: Sequence[Sequence[Interval]]) -> None:
    """Refuse a night that could reach into the hours of a day behind it."""
    earliest = min((one[0][0] for one in plans if one), default=0)
    if any(one and one[-1][1] - DAY > earliest for one in plans):
        node.problems.add(node.at("hours"), "hours_overlap")


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
