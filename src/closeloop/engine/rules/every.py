"""When a scheduled rule is due: by the company's wall clock, so that nine o'clock stays nine when clocks change."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from closeloop.catalog.reading import Node

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WORDS = ("daily", "weekly", "monthly", "minutes")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many minutes, or at a time of day on some days of the week or on one of the month."""

    at: time
    weekdays: frozenset[int] | None = None
    """0 is Monday; None is every day."""
    monthday: int | None = None
    """A day that a month doesn't have is its last."""
    minutes: int | None = None

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """Return the first time that is due after a moment, in UTC.

        A time of day that a change of clocks leaves out is due when the hour that replaces it comes; one that comes
        twice is due the first time only.
        """
        if self.minutes is not None:
            span = timedelta(minutes=self.minutes)
            return _EPOCH + ((moment - _EPOCH) // span + 1) * span
        for day in _days_from(moment.astimezone(zone).date()):
            if self._fits(day):
                due = datetime.combine(day, self.at, zone).astimezone(UTC)
                if due > moment:
                    return due
        msg = "a schedule without any day"
        raise ValueError(msg)

    def _fits(self, day: date) -> bool:
        if self.monthday is not None:
            return day.day == min(self.monthday, monthrange(day.year, day.month)[1])
        return self.weekdays is None or day.weekday() in self.weekdays


def _days_from(day: date) -> Iterator[date]:
    for number in range(400):
        yield day + timedelta(days=number)


def read_every(node: Node) -> Every | None:
    """Read `every`: `{daily: "09:00"}`, `{weekly: [mon], at: "09:00"}`, `{monthly: 1, at: …}` or `{minutes: 30}`."""
    part = node.child("every")
    if part is None:
        return None
    words = [word for word in _WORDS if part.any(word) is not None]
    if len(words) != 1:
        part.problems.add(part.place, "one_of", words=list(_WORDS))
        part.leave()
        return None
    every = _READERS[words[0]](part)
    part.done()
    return every


def _daily(part: Node) -> Every:
    return Every(_time(part, "daily"))


def _weekly(part: Node) -> Every:
    raw = part.any("weekly")
    words = [str(one) for one in raw] if isinstance(raw, list) else [str(raw)]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if not words or any(word not in DAYS for word in words):
        part.problems.add(part.at("weekly"), "not_one_of", words=list(DAYS))
    return Every(_time(part, "at"), weekdays=frozenset(DAYS.index(word) for word in words if word in DAYS))


def _monthly(part: Node) -> Every:
    day = part.take("monthly", int, 1)
    if not 1 <= day <= 31:
        part.problems.add(part.at("monthly"), "out_of_range", min=1, max=31)
    return Every(_time(part, "at"), monthday=day)


def _minutes(part: Node) -> Every:
    minutes = part.take("minutes", int, 1)
    if not 1 <= minutes <= 1440:
        part.problems.add(part.at("minutes"), "out_of_range", min=1, max=1440)
        minutes = 1
    return Every(time(), minutes=minutes)


_READERS = {"daily": _daily, "weekly": _weekly, "monthly": _monthly, "minutes": _minutes}


def _time(part: Node, key: str) -> time:
    match = _TIME.fullmatch(part.need(key, str, "00:00"))
    if match is None:
        part.problems.add(part.at(key), "not_a_time")
        return time()
    return time(int(match.group(1)), int(match.group(2)))
