"""Calendar arithmetic: pure and closed-form. Today one calendar, the wall clock, which is open at every moment."""

import re
from datetime import datetime, timedelta

CALENDARS = ("wall_clock",)

_SPAN = re.compile(r"(-?)(\d+)(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_span(text: str) -> timedelta | None:
    """Read a span such as `30m`, `-5m`, `24h` or `7d`; None where it is none."""
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        return None
    sign, number, unit = match.groups()
    span = timedelta(**{_UNITS[unit]: int(number)})
    return -span if sign else span


def add(calendar: str, start: datetime, span: timedelta) -> datetime:
    """Return the moment that lies `span` of the calendar's open time after `start` (before, if negative)."""
    if calendar not in CALENDARS:
        msg = f"no calendar {calendar!r}"
        raise ValueError(msg)
    return start + span
